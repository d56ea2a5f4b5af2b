import type { Problem } from './model.ts';

/**
 * A fault that its reader can mend: bad settings, a chart that does not render, a repository that cannot be reached.
 * Anything else that is thrown is a bug.
 */
export class PlimsollError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly file?: string;
  readonly line?: number;
  /** What else is to be mended, or may be why: reported beside this. */
  readonly also: readonly Problem[];

  /**
   * @param code stable, kebab-case; what callers branch on
   * @param message what is wrong, naming the thing
   * @param hint what to do next
   */
  constructor(
    code: string,
    message: string,
    hint: string,
    more: { file?: string; line?: number; also?: readonly Problem[]; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'PlimsollError';
    this.code = code;
    this.hint = hint;
    this.also = more.also ?? [];
    if (more.file !== undefined) this.file = more.file;
    if (more.line !== undefined) this.line = more.line;
  }

  /** The error as it stands in a report. */
  toProblem(more: Partial<Problem> = {}): Problem {
    return {
      code: this.code,
      message: this.message,
      hint: this.hint,
      ...(this.file === undefined ? {} : { file: this.file }),
      ...(this.line === undefined ? {} : { line: this.line }),
      ...more,
    };
  }
}
