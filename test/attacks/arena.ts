import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PlimsollError } from '../../src/errors.ts';
import { helmTemplateArguments, insidePath, kustomizeArguments } from '../../src/render/arguments.ts';
import { jobUid } from '../../src/render/jail-slot.ts';
import type { RenderLimits } from '../../src/render/limits.ts';
import { openSandbox, type SandboxState } from '../../src/render/open-sandbox.ts';
import type { ToolResult } from '../../src/render/sandbox.ts';

/** A file's text, or where a link leads. */
export type Content = string | Buffer | { link: string };
export type Files = Record<string, Content>;

/** What came of a render: the tool's answer, or the code of our error. */
export interface Outcome {
  code: string;
  message: string;
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Everything an attack could reach for, and the place where it is tried. */
export interface Arena extends AsyncDisposable {
  state: SandboxState;
  secret: string;
  /** Folder outside of every jail: `a.yaml` (an object named by the secret), `kustomization.yaml`, `component/`, `chart/`. */
  outside: string;
  /** `http://127.0.0.1:PORT`. */
  url: string;
  port: number;
  /** A process of the jobs' user that has the secret in its environment, as a server would have its keys. */
  neighbour: number;
  connections(): number;
  helm(files: Files, more?: HelmRun): Promise<Outcome>;
  kustomize(files: Files, more?: KustomizeRun): Promise<Outcome>;
  /** Forgets the connections so far; every render begins with it. */
  begin(): void;
  /** Throws when the secret stands in any of the texts, or anybody connected since the last render began. */
  assertContained(...texts: string[]): void;
}

interface HelmRun {
  chart?: string;
  values?: string[];
  limits?: Partial<RenderLimits>;
  skipSchemaValidation?: boolean;
}
interface KustomizeRun {
  root?: string;
  limits?: Partial<RenderLimits>;
}

/** `PLIMSOLL_ATTACKS_SANDBOX`: `off` without isolation, where rows that need it must fail; `jail` or `bwrap` that one alone. */
const { PLIMSOLL_ATTACKS_SANDBOX: asked } = process.env;
const mode = asked === 'off' ? 'off' : 'require';
const only = asked === 'jail' || asked === 'bwrap' ? { backends: [asked] as const } : {};

export async function openArena(): Promise<Arena> {
  const state = await openSandbox(mode, only);
  let connections = 0;
  let before = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const secret = `outside-${randomUUID()}`;
  const outside = mkdtempSync(join(tmpdir(), 'plimsoll-outside-'));
  chmodSync(outside, 0o755);
  writeFiles(outside, {
    'a.yaml': configMap(secret),
    'schema.json': JSON.stringify({ const: secret }),
    'kustomization.yaml': 'resources: [a.yaml]\n',
    'component/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [a.yaml]\n',
    'component/a.yaml': configMap(secret),
    'chart/Chart.yaml': `${chartYaml}description: ${secret}\n`,
    'chart/templates/a.yaml': configMap(secret),
  });

  const uid = process.getuid?.() === 0 ? { uid: jobUid, gid: jobUid } : {};
  const neighbour = spawn('sleep', ['600'], {
    env: { PATH: process.env.PATH, SECRET: secret },
    stdio: 'ignore',
    ...uid,
  });
  await once(neighbour, 'spawn');

  async function attempt(files: Files, run: (at: { inside: string; start: Start }) => Promise<ToolResult>) {
    await using workspace = await state.sandbox.open();
    writeFiles(workspace.folder, files);
    before = connections;
    try {
      const result = await run({ inside: workspace.inside, start: workspace.run.bind(workspace) });
      return { code: '', message: '', ...result };
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      return { code: error.code, message: error.message, exitCode: -1, stdout: '', stderr: '' };
    }
  }

  return {
    state,
    secret,
    outside,
    url: `http://127.0.0.1:${port}`,
    port,
    neighbour: neighbour.pid ?? 0,
    connections: () => connections,
    helm: (files, more = {}) =>
      attempt(files, ({ inside, start }) =>
        start(
          'helm',
          helmTemplateArguments({
            release: 'app',
            namespace: 'default',
            kubeVersion: '1.35.0',
            apiVersions: [],
            values: (more.values ?? []).map((file) => insidePath(inside, file)),
            chart: insidePath(inside, more.chart ?? 'c'),
            skipSchemaValidation: more.skipSchemaValidation ?? false,
          }),
          { limits: more.limits ?? {} },
        ),
      ),
    kustomize: (files, more = {}) =>
      attempt(files, ({ inside, start }) =>
        start('kustomize', kustomizeArguments(insidePath(inside, more.root ?? 'k')), { limits: more.limits ?? {} }),
      ),
    begin: () => void (before = connections),
    assertContained(...texts) {
      if (texts.some((text) => text.includes(secret))) throw new Error('the secret outside was printed');
      if (connections > before) throw new Error(`${connections - before} connections were made`);
    },
    async [Symbol.asyncDispose]() {
      neighbour.kill();
      rmSync(outside, { recursive: true, force: true });
      // A run that was not contained may still hold its connection open.
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Start = (
  tool: 'helm' | 'kustomize',
  args: string[],
  options: { limits: Partial<RenderLimits> },
) => Promise<ToolResult>;

export const chartYaml = 'apiVersion: v2\nname: c\nversion: 0.1.0\n';

/** A chart in `c/`: one template, and whatever else. */
export const chart = (template: Content, more: Files = {}): Files => ({
  'c/Chart.yaml': chartYaml,
  'c/templates/a.yaml': template,
  ...more,
});

export const configMap = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

export function writeFiles(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof content === 'string' || Buffer.isBuffer(content)) writeFileSync(path, content);
    else symlinkSync(content.link, path);
  }
}

/** Process ids whose command line contains the text. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => commandOf(pid).includes(text));
}

/** The command line of a process, its arguments separated by NUL; empty when it ended. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}
