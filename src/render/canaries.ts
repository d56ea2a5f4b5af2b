import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PlimsollError } from '../errors.ts';
import type { Sandbox, Tool, ToolResult, Workspace } from './sandbox.ts';

/** What one canary found. `passed` is false when the sandbox let it out, or could not run the tool at all. */
export interface CanaryResult {
  canary: string;
  passed: boolean;
  /** One sentence: what leaked, connected or failed. Empty when passed. */
  reason: string;
}

interface Trap {
  /** Text of a file outside, readable by everybody. */
  secret: string;
  secretFile: string;
  secretFolder: string;
  /** Loopback address that counts requests. */
  url: string;
  requests(): number;
}

interface Canary {
  name: string;
  tool: Tool;
  /** It tries to reach a server on this machine's loopback. */
  network?: true;
  /** Writes the case; returns arguments. */
  set(workspace: Workspace, trap: Trap): string[];
  /** Why it fails; undefined when nothing got out. */
  judge(result: ToolResult, trap: Trap): string | undefined;
}

const chart = 'apiVersion: v2\nname: canary\nversion: 0.1.0\n';
const template = (inside: Workspace['inside']): string[] => ['template', '--', 'canary', `${inside}/canary`];
const environment = (): Buffer => readFileSync('/proc/self/environ');

const canaries: Canary[] = [
  {
    name: 'an ordinary chart renders',
    tool: 'helm',
    set(workspace) {
      write(workspace, { 'Chart.yaml': chart, 'templates/a.yaml': 'kind: {{ .Release.Name }}-kind\n' });
      return template(workspace.inside);
    },
    judge: (result) => (result.stdout.includes('kind: canary-kind') ? undefined : words(result)),
  },
  {
    name: 'a chart cannot read a file outside through a link',
    tool: 'helm',
    set(workspace, trap) {
      write(workspace, { 'Chart.yaml': chart });
      mkdirSync(join(workspace.folder, 'canary/templates'));
      symlinkSync(trap.secretFile, join(workspace.folder, 'canary/templates/a.yaml'));
      return template(workspace.inside);
    },
    judge: leak,
  },
  {
    name: 'a chart cannot read the environment of the parent process',
    tool: 'helm',
    set(workspace) {
      const read = 'a: {{ .Files.Get "environ" | b64enc }}\n';
      write(workspace, { 'Chart.yaml': chart, 'templates/a.yaml': read });
      symlinkSync(`/proc/${process.pid}/environ`, join(workspace.folder, 'canary/environ'));
      return template(workspace.inside);
    },
    judge: (result) => {
      const start = environment().subarray(0, 48);
      const leaked = start.length > 0 && result.stdout.includes(start.toString('base64'));
      return leaked ? 'it printed the environment of the server' : undefined;
    },
  },
  {
    name: 'a values schema cannot make a request',
    network: true,
    tool: 'helm',
    set(workspace, trap) {
      const schema = JSON.stringify({ $ref: `${trap.url}/schema.json` });
      write(workspace, { 'Chart.yaml': chart, 'values.yaml': 'a: 1\n', 'values.schema.json': schema });
      return template(workspace.inside);
    },
    judge: connected,
  },
  {
    name: 'an ordinary kustomization builds',
    tool: 'kustomize',
    set(workspace) {
      write(workspace, { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': object('inside') });
      return ['--', `${workspace.inside}/canary`];
    },
    judge: (result) => (result.stdout.includes('name: inside') ? undefined : words(result)),
  },
  {
    name: 'a kustomization cannot read a folder outside through a link',
    tool: 'kustomize',
    set(workspace, trap) {
      write(workspace, { 'kustomization.yaml': 'resources: [base]\n' });
      symlinkSync(trap.secretFolder, join(workspace.folder, 'canary/base'));
      return ['--', `${workspace.inside}/canary`];
    },
    judge: leak,
  },
  {
    name: 'a kustomization cannot make a request',
    network: true,
    tool: 'kustomize',
    set(workspace, trap) {
      write(workspace, { 'kustomization.yaml': `resources: ["${trap.url}/a.yaml"]\n` });
      return ['--', `${workspace.inside}/canary`];
    },
    judge: connected,
  },
];

/**
 * Runs harmless attacks through the sandbox, the very way a pull request is rendered. A tool that is not installed is left
 * out; without any tool nothing is proven, and that is thrown. Takes about 0.3 s.
 *
 * @param network false inside a container without a network: its loopback is its own, and there is no other
 */
export async function runCanaries(
  sandbox: Sandbox,
  tools: readonly Tool[],
  { network = true } = {},
): Promise<CanaryResult[]> {
  await using trap = await setTrap();
  const results: CanaryResult[] = [];
  for (const canary of canaries) {
    if (!tools.includes(canary.tool) || (canary.network === true && !network)) continue;
    const reason = await release(canary, sandbox, trap);
    results.push({ canary: canary.name, passed: reason === undefined, reason: reason ?? '' });
    // A backend that cannot start, or has leaked, needs no further proof.
    if (reason !== undefined) break;
  }
  return results;
}

async function release(canary: Canary, sandbox: Sandbox, trap: Trap): Promise<string | undefined> {
  try {
    await using workspace = await sandbox.open();
    const args = canary.set(workspace, trap);
    const result = await workspace.run(canary.tool, args);
    return canary.judge(result, trap);
  } catch (error) {
    if (error instanceof PlimsollError) return error.message;
    throw error;
  }
}

async function setTrap(): Promise<Trap & AsyncDisposable> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const secretFolder = mkdtempSync(join(tmpdir(), 'plimsoll-canary-'));
  chmodSync(secretFolder, 0o755);
  const secret = `canary-${randomUUID()}`;
  const secretFile = join(secretFolder, 'a.yaml');
  writeFileSync(secretFile, object(secret), { mode: 0o644 });
  writeFileSync(join(secretFolder, 'kustomization.yaml'), 'resources: [a.yaml]\n', { mode: 0o644 });
  return {
    secret,
    secretFile,
    secretFolder,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      rmSync(secretFolder, { recursive: true, force: true });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const object = (name: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

function write(workspace: Workspace, files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(workspace.folder, 'canary', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function leak(result: ToolResult, trap: Trap): string | undefined {
  const leaked = result.stdout.includes(trap.secret) || result.stderr.includes(trap.secret);
  return leaked ? 'it printed a file from outside' : undefined;
}

function connected(_result: ToolResult, trap: Trap): string | undefined {
  return trap.requests() > 0 ? 'it connected to a server' : undefined;
}

const words = (result: ToolResult): string => `it failed: ${(result.stderr.split('\n')[0] ?? '').slice(0, 300)}`;
