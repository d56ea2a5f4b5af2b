import type { RenderLimits } from './limits.ts';
import type { SandboxKind } from './sandbox.ts';

/** One job, as a backend sees it. Paths of this machine. */
export interface Job {
  /** Folder with `bin/`, `w/` and `tmp/`. */
  slot: string;
  /** Name of the program in `bin/`. */
  program: string;
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
}
