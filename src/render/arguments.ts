import { PlimsollError } from '../errors.ts';
import type { Tool } from './sandbox.ts';

interface HelmTemplateOptions {
  release: string;
  namespace: string;
  /** `1.35` or `1.35.0`. */
  kubeVersion: string;
  apiVersions: readonly string[];
  /** Paths as helm sees them, below the workspace's `inside`. */
  values: readonly string[];
  /** For charts whose schema wants the network, and wherever nothing isolates the render. */
  skipSchemaValidation?: boolean;
  /** Hooks and CRDs are printed unless they stand here. */
  leaveOut?: readonly ('crds' | 'hooks' | 'tests')[];
  /** The chart's folder, as helm sees it. */
  chart: string;
}

/**
 * What helm does not know without a cluster, though every cluster serves it (since v1.10): the groups of its client library
 * lack that of the aggregation layer, and charts that ask for it would fall back to a version that is gone.
 */
const servedEverywhere = ['apiregistration.k8s.io/v1', 'apiregistration.k8s.io/v1/APIService'];

// Helm's own rule: DNS labels with dots between them, at most 53 characters.
const releaseName = /^(?=.{1,53}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const namespaceName = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const kubeVersion = /^v?\d{1,3}\.\d{1,3}(?:\.\d{1,3})?$/;
const apiVersion = /^[A-Za-z0-9][A-Za-z0-9.-]*(?:\/[A-Za-z0-9][A-Za-z0-9.-]*){0,2}$/;

/**
 * Arguments of `helm`: a fixed list of flags, everything that names something in one argument with its flag, operands
 * behind `--`. Results do not depend on the host: namespace and versions are always given. Never `--validate`,
 * `--dry-run=server`, `--enable-dns`, `--post-renderer`, `--set-file`, `--dependency-update`.
 * Throws `PlimsollError` with code `release-name-invalid`, `namespace-invalid`, `kube-version-invalid`,
 * `api-version-invalid` or `path-invalid`.
 */
export function helmTemplateArguments(options: HelmTemplateOptions): string[] {
  check(
    options.release,
    releaseName,
    'release-name-invalid',
    'release name',
    'at most 53 lower-case letters, digits, dashes and dots',
  );
  check(
    options.namespace,
    namespaceName,
    'namespace-invalid',
    'namespace',
    'at most 63 lower-case letters, digits and dashes',
  );
  check(options.kubeVersion, kubeVersion, 'kube-version-invalid', 'Kubernetes version', 'a version like 1.35.0');
  for (const version of options.apiVersions)
    check(version, apiVersion, 'api-version-invalid', 'API version', 'a text like group/version or group/version/Kind');
  const leaveOut = options.leaveOut ?? [];
  return [
    'template',
    ...(leaveOut.includes('crds') ? [] : ['--include-crds']),
    ...(leaveOut.includes('hooks') ? ['--no-hooks'] : []),
    ...(leaveOut.includes('tests') ? ['--skip-tests'] : []),
    `--namespace=${options.namespace}`,
    `--kube-version=${options.kubeVersion}`,
    ...[...new Set([...servedEverywhere, ...options.apiVersions])].map((version) => `--api-versions=${version}`),
    ...options.values.map((file) => `--values=${listItem(checkedPath(file))}`),
    ...(options.skipSchemaValidation === true ? ['--skip-schema-validation'] : []),
    '--',
    options.release,
    checkedPath(options.chart),
  ];
}

/** Arguments of `kustomize build` and `kubectl kustomize`. `root` as the tool sees it. */
export function kustomizeArguments(root: string): string[] {
  return ['--load-restrictor=LoadRestrictionsRootOnly', '--', checkedPath(root)];
}

/**
 * The path below the workspace of a file or folder of the repository.
 * Throws `path-invalid` when it would leave it.
 */
export function insidePath(inside: string, path: string): string {
  return checkedPath(path === '.' || path === '' ? inside : `${inside}/${path}`);
}

/** A relative argument could be read as a flag or as a URL; an absolute one cannot. */
function checkedPath(path: string): string {
  if (path.startsWith('/') && !path.includes('\0') && !path.split('/').includes('..')) return path;
  throw new PlimsollError(
    'path-invalid',
    `"${path}" is not a path inside the repository.`,
    'Name files and folders relative to the repository, without "..".',
  );
}

/** `--values` takes a comma-separated list with the quoting of CSV (RFC 4180), so a comma in a name would make two files. */
function listItem(path: string): string {
  return /[",\r\n]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
}

function check(value: string, allowed: RegExp, code: string, what: string, rule: string): void {
  if (allowed.test(value) && !value.endsWith('\n')) return;
  throw new PlimsollError(code, `"${value}" is not a valid ${what}.`, `Use ${rule}.`);
}

/** The flags above, for who receives arguments instead of making them. */
const flags: Record<Tool, RegExp> = {
  helm: /^--(?:include-crds|no-hooks|skip-tests|skip-schema-validation|(?:namespace|kube-version|api-versions)=[^/].*|values="?\/.*)$/s,
  kustomize: /^--load-restrictor=LoadRestrictionsRootOnly$/,
};

/** Whether a run has arguments as they are made here: flags of the list alone, and an absolute path as last operand behind `--`. */
export function isOurArguments(tool: Tool, args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const [before, operands] = [args.slice(0, end), args.slice(end + 1)];
  if (end === -1 || operands.length !== (tool === 'helm' ? 2 : 1)) return false;
  if (tool === 'helm' && before.shift() !== 'template') return false;
  const folder = operands.at(-1) ?? '';
  return before.every((flag) => flags[tool].test(flag)) && folder.startsWith('/') && !folder.split('/').includes('..');
}
