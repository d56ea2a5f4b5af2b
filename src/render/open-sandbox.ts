import { PlimsollError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { bwrapBackend } from './bwrap.ts';
import { cacheFolder, ownUid, type Env } from './cache-folder.ts';
import type { CanaryResult } from './canaries.ts';
import { chrootBackend } from './chroot.ts';
import { jailBackend } from './jail.ts';
import { defaultRenderLimits, type RenderLimits } from './limits.ts';
import { isProven, keepProof, proofName } from './proof.ts';
import { jailBase } from './sandbox-folders.ts';
import { plainBackend } from './sandbox-none.ts';
import { sandboxOf } from './sandbox-workspace.ts';
import type { Sandbox, SandboxKind, Tool } from './sandbox.ts';
import type { Layer } from './tool-layer.ts';
import { locateTool, type Binary } from './tools.ts';

/**
 * `require`: isolated or not at all. `auto`: isolated where the machine can, else plain, and said so. `off`: plain.
 */
export type SandboxMode = 'require' | 'auto' | 'off';

type Isolating = 'jail' | 'bwrap' | 'chroot';

const backendOf: Record<Isolating, (env: Env) => Backend | string> = {
  jail: jailBackend,
  bwrap: bwrapBackend,
  chroot: chrootBackend,
};

export interface SandboxOptions {
  /** Where settings, PATH and the cache folder are read from; none of it reaches a job. Default: our own. */
  env?: Env;
  /**
   * A long-lived process that renders for strangers: it proves the backend anew at start and gives every slot its own copy
   * of the tools. The command line relies on a proof kept since boot.
   */
  service?: boolean;
  limits?: Partial<RenderLimits>;
  /** Use this package's tools, whatever is installed. For tests against older versions. */
  layer?: Layer;
  /** Only these backends, the first that is proven. `chroot` isolates in a container without a network alone. */
  backends?: readonly Isolating[];
}

/** How jobs are isolated; plain data for readiness, metrics and check runs. */
export interface SandboxStatus {
  mode: SandboxMode;
  backend: SandboxKind;
  /** Canaries went through this backend and found nothing. Never true for `none`. */
  proven: boolean;
  /** Why better backends are not used, or why this one no longer counts. */
  reasons: string[];
  /** When it was last proven, ISO; absent when it was not. */
  provenAt?: string;
}

export interface SandboxState {
  sandbox: Sandbox;
  readonly backend: SandboxKind;
  /** What can be rendered with. */
  readonly tools: readonly Tool[];
  readonly proven: boolean;
  readonly reasons: readonly string[];
  readonly status: SandboxStatus;
  /** Runs the canaries again. After a failure the sandbox opens no workspace (`sandbox-unavailable`) until they pass. */
  prove(): Promise<SandboxStatus>;
  /** Ends what watches over it; jobs go on. */
  close(): void;
}

/**
 * Chooses the first backend that the canaries prove: jail, bwrap. With `PLIMSOLL_SANDBOX_SOCKET` it is the renderer behind
 * that socket, and nothing else, unless the mode is off. Throws `PlimsollError` `sandbox-unavailable` when the mode
 * requires one and there is none, `tool-missing` when there is no tool at all to prove it with.
 */
export async function openSandbox(mode: SandboxMode, options: SandboxOptions = {}): Promise<SandboxState> {
  const env = options.env ?? process.env;
  const socket = env.PLIMSOLL_SANDBOX_SOCKET;
  if (socket && mode !== 'off' && options.backends === undefined) {
    const { openContainer } = await import('./open-container.ts');
    const { limits } = options;
    return openContainer(mode, { env, socket, tryOut, ...(limits === undefined ? {} : { limits }) });
  }
  const cache = cacheFolder(env);
  const base = jailBase(cache);
  const located = new Map<Tool, Promise<Binary>>();
  const locate = (tool: Tool): Promise<Binary> => {
    const binary =
      located.get(tool) ?? locateTool(tool, env, options.layer === undefined ? {} : { layer: options.layer });
    located.set(tool, binary);
    return binary;
  };
  const limits = { ...defaultRenderLimits, ...options.limits };
  const copies = options.service === true && ownUid() !== 0;
  const over = (backend: Backend): Sandbox => sandboxOf({ backend, base, limits, copies, locate });

  const reasons: string[] = [];
  if (mode !== 'off') {
    const binaries = await presentTools(locate);
    const tools = binaries.map((binary) => binary.tool);
    for (const kind of options.backends ?? (['jail', 'bwrap'] as const)) {
      const backend = backendOf[kind](env);
      if (typeof backend === 'string') {
        reasons.push(`${kind}: ${backend}`);
        continue;
      }
      const sandbox = over(backend);
      const name = proofName(kind, binaries, env);
      const failure = options.service !== true && isProven(cache, name) ? undefined : await tryOut(sandbox, tools);
      if (failure === undefined) {
        keepProof(cache, name);
        return stateOf(mode, sandbox, tools, reasons, true);
      }
      reasons.push(`${kind}: ${failure}`);
    }
    if (mode === 'require') throw unavailable(reasons);
  }
  return stateOf(mode, over(plainBackend(env)), [], reasons, false);
}

/** What can be used; throws the first reason when there is nothing. A tool that is missing fails the units that need it. */
async function presentTools(locate: (tool: Tool) => Promise<Binary>): Promise<Binary[]> {
  const tools = await Promise.allSettled([locate('helm'), locate('kustomize')]);
  const present = tools.flatMap((tool) => (tool.status === 'fulfilled' ? [tool.value] : []));
  for (const tool of tools) if (tool.status === 'rejected' && present.length === 0) throw tool.reason;
  return present;
}

/** Loaded when they run: on the command line the proof is there already, and they bring a web server. */
async function tryOut(sandbox: Sandbox, tools: readonly Tool[]): Promise<string | undefined> {
  const { runCanaries } = await import('./canaries.ts');
  return failureOf(await runCanaries(sandbox, tools, { network: sandbox.kind !== 'chroot' }));
}

function failureOf(results: readonly CanaryResult[]): string | undefined {
  const failed = results.find((result) => !result.passed);
  return failed && `the test "${failed.canary}" failed: ${failed.reason}`;
}

function unavailable(reasons: readonly string[]): PlimsollError {
  return new PlimsollError(
    'sandbox-unavailable',
    `No sandbox on this machine isolates a render (${reasons.join('; ')}).`,
    'See deploy/README.md for what the machine must allow. sandbox: auto goes on without, for pull requests from the repository itself.',
  );
}

function stateOf(
  mode: SandboxMode,
  sandbox: Sandbox,
  tools: readonly Tool[],
  reasons: readonly string[],
  proven: boolean,
): SandboxState {
  const now = (): string => new Date().toISOString();
  const status: SandboxStatus = {
    mode,
    backend: sandbox.kind,
    proven,
    reasons: [...reasons],
    ...(proven ? { provenAt: now() } : {}),
  };
  return {
    sandbox: {
      kind: sandbox.kind,
      open: () =>
        sandbox.kind !== 'none' && !status.proven ? Promise.reject(unavailable(status.reasons)) : sandbox.open(),
    },
    backend: sandbox.kind,
    tools,
    get proven() {
      return status.proven;
    },
    get reasons() {
      return status.reasons;
    },
    status,
    async prove() {
      if (sandbox.kind === 'none') return status;
      const failure = await tryOut(sandbox, tools).catch(
        (error: unknown) => `it could not be tested: ${String(error)}`,
      );
      status.proven = failure === undefined;
      status.reasons = failure === undefined ? [...reasons] : [`${sandbox.kind}: ${failure}`];
      if (failure === undefined) status.provenAt = now();
      return status;
    },
    close: () => undefined,
  };
}
