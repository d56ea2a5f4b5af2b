import type { Notice, Path, Problem, RenderUnit, Resource, SourceLocation, Tree } from '../model.ts';
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
  /** The place in the repository where the value at `path` (or, when it is missing, where it would be set) is written. */
  trace(resource: Resource, path: Path): Promise<SourceLocation>;
}

/** One way to turn files into objects. Throws `PlimsollError` when the unit does not render. */
export interface Renderer<Unit extends RenderUnit = RenderUnit> {
  readonly kind: Unit['kind'];
  render(unit: Unit, context: RenderContext): Promise<Rendered>;
}
