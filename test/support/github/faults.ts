/** Something that goes wrong with requests. */
export interface Fault {
  method?: string;
  /** Matched against method-less path below the API's root, query included. */
  path: Pick<RegExp, 'test'>;
  /** How many requests it hits; all when absent. */
  times?: number;
  /** Requests that pass before it begins. */
  after?: number;
  /** Answered instead. */
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Milliseconds to wait first. */
  delay?: number;
  /**
   * `before`: the connection is cut and nothing is done. `after`: it is done, and the answer is lost. `within`: the answer
   * breaks off after its first byte.
   */
  cut?: 'before' | 'after' | 'within';
  /** The request is taken and never answered; `within`: the answer stops after its first byte. */
  silent?: boolean | 'within';
}

/** The fault that hits this request, counted down; undefined when none does. */
export function takeFault(faults: Fault[], method: string, path: string): Fault | undefined {
  for (const fault of faults) {
    if (fault.method !== undefined && fault.method !== method) continue;
    if (!fault.path.test(path) || fault.times === 0) continue;
    if (fault.after !== undefined && fault.after > 0) {
      fault.after -= 1;
      continue;
    }
    if (fault.times !== undefined) fault.times -= 1;
    return fault;
  }
  return undefined;
}
