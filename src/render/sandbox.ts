/** The tools that execute repository content. */
export type Tool = 'helm' | 'kustomize';

/** What a tool printed. `exitCode` is its own; limits and timeouts are thrown as `PlimsollError`, never returned. */
export interface ToolResult {
  exitCode: number;
  stdout: string;
  stderr: string;
  milliseconds: number;
}

/** A folder to render in, and the only way to start a tool on it. */
export interface Workspace {
  /** Where to write the exported tree, on this machine. */
  readonly folder: string;
  /** The same folder as the tool sees it; what arguments must name. */
  readonly inside: string;
  /** Starts the tool. Throws `PlimsollError` with code `render-timeout`, `render-memory`, `render-output`, `sandbox-unavailable` or `tool-missing`. */
  run(tool: Tool, args: readonly string[], options?: { signal?: AbortSignal }): Promise<ToolResult>;
  /** Removes the folder. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where rendering happens. */
export interface Sandbox {
  readonly kind: 'jail' | 'bwrap' | 'none';
  open(): Promise<Workspace>;
}
