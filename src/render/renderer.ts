import type { Edit, Notice, Path, Problem, RenderUnit, Resource, SourceLocation, Tree } from '../model.ts';
import type { ParsedStream } from '../manifest/parse.ts';
import type { Sandbox } from './sandbox.ts';

/** What a render needs beside the unit: the files, the place to run the tool in, and the pinned surroundings. */
export interface RenderContext {
  tree: Tree;
  sandbox: Sandbox;
  /** Target Kubernetes version as helm takes it, `1.35.0`. */
  kubeVersion: string;
  /** Extra `--api-versions`. */
  apiVersions: readonly string[];
  /** Reads a YAML stream; a server gives one that hostile text cannot hold up. In place when absent. */
  parse?: (text: string) => ParsedStream | Promise<ParsedStream>;
  signal?: AbortSignal;
  /** Renders that proofs may still spend, over all units of a review; without one, each unit has its own few. */
  proofs?: Budget;
}

/** A number of renders that may still be spent. */
export interface Budget {
  /** Takes one; false when none is left. */
  take(): boolean;
}

/** The finding that a trace is for: with it a trial is judged by the finding itself, not only by the rendered field. */
export interface Fault {
  /** Edits of the object that would silence it; empty when its check knows none. */
  edits: readonly Edit[];
  /** About what is beside the object (a policy that nobody wrote): no field of its own could be named. */
  join: boolean;
  /** Whether the objects of another render of the unit still show it, or show it in other words. */
  status(after: readonly Resource[]): 'gone' | 'changed' | 'there';
  /** Told of a trial's objects, and their text, before it is asked for their status: a build may have to be run with them. */
  rendered?: (after: readonly Resource[], text: string) => Promise<void>;
}

/** A unit's objects. How a field is traced to its source is the renderer's secret. */
export interface Rendered {
  /** The rendered stream, as the tool printed it (line breaks normalised). */
  text: string;
  resources: Resource[];
  /** Documents that could not be read as objects; each names the source file where it is known. */
  problems: Problem[];
  notices: Notice[];
  /** Wall-clock time of the tool. */
  milliseconds: number;
  /** Whether a second render may come out differently: random values, the time. Never where absent. */
  mayVary?(): Promise<boolean>;
  /**
   * The place in the repository where the value at `path` (or, when it is missing, where it would be set) is written.
   * What is asked before the next turn of the event loop is answered together: one marked render, a few trials for all.
   */
  trace(resource: Resource, path: Path, fault?: Fault): Promise<SourceLocation>;
}

/** One way to turn files into objects. Throws `PlimsollError` when the unit does not render. */
export interface Renderer<Unit extends RenderUnit = RenderUnit> {
  readonly kind: Unit['kind'];
  render(unit: Unit, context: RenderContext): Promise<Rendered>;
}
