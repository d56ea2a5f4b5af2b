import type { RenderLimits } from './limits.ts';

/** The tools that execute repository content. */
export type Tool = 'helm' | 'kustomize';

/** What a tool printed. `exitCode` is its own; limits and timeouts are thrown as `PlimsollError`, never returned. */
export interface ToolResult {
  exitCode: number;
  stdout: string;
  stderr: string;
  milliseconds: number;
}

export interface RunOptions {
  /** Aborting kills the tool; the signal's reason is thrown. */
  signal?: AbortSignal;
  /** Lower some limits for this run. */
  limits?: Partial<RenderLimits>;
  /** Called when the tool's process exists. */
  onStart?: () => void;
}

/** A folder to render in, and the only way to start a tool on it. */
export interface Workspace {
  /** Where to write the exported tree, on this machine. */
  readonly folder: string;
  /** The same folder as the tool sees it; what arguments must name. */
  readonly inside: string;
  /**
   * Starts the tool: `helm ARGS`, or `kustomize build ARGS` / `kubectl kustomize ARGS`, whichever is there. Throws
   * `PlimsollError` with code `render-timeout`, `render-cpu`, `render-memory`, `render-output`, `render-crash`,
   * `sandbox-unavailable` or `tool-missing`.
   */
  run(tool: Tool, args: readonly string[], options?: RunOptions): Promise<ToolResult>;
  /**
   * Names all that decides what a run prints, beside the folder's content and the arguments: the program, its environment, the
   * limits. Absent where a run could depend on more than can be named; its results cannot be kept then.
   */
  identity?: (tool: Tool, options?: RunOptions) => Promise<string>;
  /** Removes the folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** `container`: another process renders, and has one of the others inside; `chroot` is for that alone. */
export type SandboxKind = 'jail' | 'bwrap' | 'chroot' | 'container' | 'none';

/** Where rendering happens. */
export interface Sandbox {
  readonly kind: SandboxKind;
  open(): Promise<Workspace>;
  /** Letters and digits that no repository can know, always the same for one seed. Absent where no results are kept. */
  nonce?: (seed: string) => string;
}
