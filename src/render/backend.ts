import type { RenderLimits } from './limits.ts';
import type { SandboxKind } from './sandbox.ts';

/** One job, as a backend sees it. Paths of this machine. */
export interface Job {
  /** Folder with `bin/`, `w/` and `tmp/`. */
  slot: string;
  /** Name of the program in `bin/`. */
  program: string;
  /** The user it runs as where we are root. */
  uid: number;
  args: readonly string[];
  limits: RenderLimits;
}

/** How a job is started. */
export interface Backend {
  readonly kind: SandboxKind;
  /** The exported tree and the temporary folder as the tool sees them. */
  inside(slot: string): { work: string; temporary: string };
  /** The program to start and its arguments, the isolating programs in front. */
  command(job: Job): { file: string; args: string[] };
  /** The user of the slot with this number, where each has one of its own. */
  uidOf?(slot: number): number;
  /** Kills what a slot's user still runs, where the end of a job does not end all that it started. */
  sweep?(uid: number): void;
}
