/**
 * What one run of a tool may use. The numbers are measured: Go needs 768 MiB of address space to start and 1 GiB for
 * kube-prometheus-stack, whose render takes 0.4 s of processor time; hostile charts are stopped long before they hurt.
 */
export interface RenderLimits {
  /** Address space, bytes (RLIMIT_AS). Two GiB leave 0.6 to 0.9 GB of heap. */
  memoryBytes: number;
  /** Processor time over all threads, whole seconds (RLIMIT_CPU). */
  cpuSeconds: number;
  /** Size of any one file written, bytes (RLIMIT_FSIZE). */
  fileBytes: number;
  openFiles: number;
  /** Wall-clock time, after which the whole process tree is killed. */
  wallMilliseconds: number;
  /** Caps on what is read from the tool, bytes. Beyond them the run fails; output is never cut. */
  stdoutBytes: number;
  stderrBytes: number;
}

export const defaultRenderLimits: RenderLimits = {
  memoryBytes: 2 * 2 ** 30,
  cpuSeconds: 15,
  fileBytes: 32 * 2 ** 20,
  openFiles: 512,
  wallMilliseconds: 20_000,
  stdoutBytes: 16 * 2 ** 20,
  stderrBytes: 2 ** 20,
};

/**
 * The limits as arguments of prlimit(1). The number of processes is not limited: that limit counts per user, over all
 * jobs, and inside the jail there is nothing to start.
 */
export function prlimitArguments(limits: RenderLimits): string[] {
  return [
    `--as=${limits.memoryBytes}`,
    `--cpu=${limits.cpuSeconds}`,
    `--fsize=${limits.fileBytes}`,
    `--nofile=${limits.openFiles}`,
    '--core=0',
  ];
}
