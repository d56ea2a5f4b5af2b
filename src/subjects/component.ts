import { parseManifests } from '../manifest/parse.ts';
import type { Edit, Json, Path, Resource } from '../model.ts';
import { flagsOf, isShell, lastPart, scriptFlags, scriptStarts, type Setting } from './flags.ts';
import { imageOf } from './image.ts';
import { kindKey } from './kinds.ts';
import type { ContainerSubject } from './pod.ts';
import type { WorkloadSet } from './set.ts';
import { scalarText } from './plain-text.ts';
import { below } from './below.ts';
import { absent, dig, isMap, list, map, str, strings } from './values.ts';

export type ComponentName =
  'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'etcd' | 'kubelet' | 'kube-proxy';

/** A component of the cluster as an object configures it. */
export interface Component {
  name: ComponentName;
  resource: Resource;
  /** `flags`: a container's command line. `kubeadm`: its extraArgs. `config`: a configuration document. */
  form: 'flags' | 'kubeadm' | 'config';
  /** For sentences: `Container "kubelet"`. */
  label: string;
  /** The version that the tag of the container's image says. */
  version?: { major: number; minor: number };
  /** Where a missing setting is reported. */
  at: Path;
  /** A flag by its name without dashes; always undefined for documents. */
  flag(name: string): Setting | undefined;
  /** A field of the configuration document; always undefined for flags. */
  field(path: Path): Setting | undefined;
  /** Adds a flag or field that is missing; undefined where the text cannot be edited. */
  add(flag: string, field: Path | undefined, value: Json): Edit[] | undefined;
}

const documents: Readonly<Record<string, ComponentName>> = {
  'KubeletConfiguration.kubelet.config.k8s.io': 'kubelet',
  'KubeSchedulerConfiguration.kubescheduler.config.k8s.io': 'kube-scheduler',
  'KubeProxyConfiguration.kubeproxy.config.k8s.io': 'kube-proxy',
};

const programs: readonly ComponentName[] = [
  ...(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const),
  ...(['etcd', 'kubelet', 'kube-proxy'] as const),
];

const bySet = new WeakMap<WorkloadSet, readonly Component[]>();

/** The cluster components that a set configures. Read once per set. */
export function componentsOf(set: WorkloadSet): readonly Component[] {
  let components = bySet.get(set);
  if (components === undefined) bySet.set(set, (components = [...readComponents(set)]));
  return components;
}

function* readComponents(set: WorkloadSet): Generator<Component> {
  for (const pod of set.pods)
    for (const container of pod.containers) {
      const name = programOf(container);
      if (name !== undefined) yield commandLine(name, container);
    }
  for (const resource of set.resources) {
    const { kind } = resource;
    // Most objects are none: that costs no text.
    const name = kind.endsWith('Configuration') ? documents[kindKey(resource)] : undefined;
    if (name !== undefined) yield document(name, resource, resource.manifest, []);
    else if (kind === 'ClusterConfiguration') yield* kubeadm(resource);
    else if (kind === 'ConfigMap') yield* embedded(resource);
  }
}

/**
 * By the command, else by the image: the last part of its name. An image of a component whose command is a shell is one only
 * where the script starts it, and the tools of etcd stand in the image of etcd.
 */
function programOf(container: ContainerSubject): ComponentName | undefined {
  const command = strings(container.spec.command)[0];
  const program = command === undefined ? undefined : lastPart(command);
  const { base } = imageOf(container);
  const named = programs.find((name) => name === program);
  const imaged = named ?? programs.find((name) => name === base);
  if (named !== undefined || imaged === undefined || program === undefined) return imaged;
  if (isShell(program)) return scriptStarts(container, imaged) ? imaged : undefined;
  return program === 'etcdctl' || program === 'etcdutl' ? undefined : imaged;
}

/** Lists: given more than once, their values add up. Of all other flags the last one counts. */
const listFlags = new Set(
  'authorization-mode enable-admission-plugins disable-admission-plugins tls-cipher-suites'.split(' '),
);

function keepFlag(flags: Map<string, Setting>, name: ComponentName, flag: string, setting: Setting): void {
  const before = flags.get(flag);
  // The kubelet has one mode of authorization.
  const addsUp = before !== undefined && listFlags.has(flag) && (name !== 'kubelet' || flag !== 'authorization-mode');
  if (!addsUp) flags.set(flag, setting);
  // One edit would leave the other: that is left to people.
  else flags.set(flag, { value: `${before.value},${setting.value}`, at: setting.at, set: () => [], remove: () => [] });
}

function commandLine(name: ComponentName, container: ContainerSubject): Component {
  const flags = new Map<string, Setting>();
  for (const [flag, setting] of flagsOf(container, 'command')) keepFlag(flags, name, flag, setting);
  for (const [flag, setting] of flagsOf(container, 'args')) keepFlag(flags, name, flag, setting);
  for (const [flag, setting] of scriptFlags(container, name)) keepFlag(flags, name, flag, setting);
  if (name === 'etcd') readEtcdEnvironment(container, flags);
  const [, major, minor] = /^v?(\d{1,3})\.(\d{1,3})(?:\.|$)/.exec(imageOf(container).tag ?? '') ?? [];
  const to = list(container.spec.args).length > 0 ? 'args' : 'command';
  const length = list(container.spec[to]).length;
  return {
    name,
    resource: container.resource,
    form: 'flags',
    ...(major === undefined ? {} : { version: { major: Number(major), minor: Number(minor) } }),
    label: container.label.charAt(0).toUpperCase() + container.label.slice(1),
    at: below(container.path, absent(container.spec.command) && !absent(container.spec.args) ? 'args' : 'command'),
    flag: (flag) => flags.get(flag),
    field: () => undefined,
    add: (flag, _, value) =>
      length === 0 || scriptStarts(container, name)
        ? undefined
        : [{ op: 'set', path: below(container.path, to, length), value: `--${flag}=${scalarText(value)}` }],
  };
}

/** etcd also reads `ETCD_CERT_FILE` and the like; flags win. */
function readEtcdEnvironment(container: ContainerSubject, flags: Map<string, Setting>): void {
  for (const [index, variable] of list(container.spec.env).entries()) {
    const name = str(dig(variable, 'name')) ?? '';
    const flag = name
      .replace(/^ETCD_/, '')
      .replaceAll('_', '-')
      .toLowerCase();
    const value = str(dig(variable, 'value'));
    if (!name.startsWith('ETCD_') || value === undefined || flags.has(flag)) continue;
    const at = below(container.path, 'env', index, 'value');
    flags.set(flag, {
      value,
      at,
      set: (wanted) => [{ op: 'set', path: at, value: wanted }],
      remove: () => [{ op: 'remove', path: at.slice(0, -1) }],
    });
  }
}

function document(name: ComponentName, resource: Resource, root: Json | undefined, inside: Path): Component {
  const editable = inside.length === 0;
  return {
    name,
    resource,
    form: 'config',
    label: `${resource.kind}${resource.name === '' ? '' : ` "${resource.name}"`}`,
    at: editable ? [] : inside,
    flag: () => undefined,
    field: (path) => {
      const value = dig(root, ...path);
      if (absent(value)) return undefined;
      return {
        value: Array.isArray(value) ? strings(value).join(',') : scalarText(value),
        at: editable ? path : inside,
        set: (wanted) => (editable ? [{ op: 'set', path, value: plainValue(wanted) }] : []),
        remove: () => (editable ? [{ op: 'remove', path }] : []),
      };
    },
    add: (_, field, value) => (editable && field !== undefined ? [{ op: 'set', path: field, value }] : undefined),
  };
}

function plainValue(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^\d{1,9}$/.test(text) ? Number(text) : text;
}

/** Configuration documents inside a ConfigMap, as kubeadm keeps them. */
function* embedded(resource: Resource): Generator<Component> {
  for (const [key, text] of Object.entries(map(resource.manifest.data))) {
    if (typeof text !== 'string' || !/kind["']?:\s*["']?Kube(let|Proxy|Scheduler)Configuration/.test(text)) continue;
    for (const { value } of parseManifests(text).documents) {
      const { kind, apiVersion } = value;
      if (typeof kind !== 'string' || typeof apiVersion !== 'string') continue;
      const name = documents[kindKey({ kind, apiVersion })];
      if (name !== undefined) yield document(name, resource, value, ['data', key]);
    }
  }
}

/** The extraArgs of a kubeadm ClusterConfiguration: a mapping up to v1beta3, a list of name and value from v1beta4. */
function* kubeadm(resource: Resource): Generator<Component> {
  const sections: [ComponentName, Path][] = [
    ['kube-apiserver', ['apiServer', 'extraArgs']],
    ['kube-controller-manager', ['controllerManager', 'extraArgs']],
    ['kube-scheduler', ['scheduler', 'extraArgs']],
    ['etcd', ['etcd', 'local', 'extraArgs']],
  ];
  for (const [name, path] of sections) {
    const args = dig(resource.manifest, ...path);
    if (absent(args)) continue;
    const flags = new Map<string, Setting>();
    const keep = (key: string, value: Json | undefined, at: Path, item: Path): void => {
      keepFlag(flags, name, key, {
        value: scalarText(value),
        at,
        set: (wanted) => [{ op: 'set', path: at, value: wanted }],
        remove: () => [{ op: 'remove', path: item }],
      });
    };
    if (isMap(args))
      for (const [key, value] of Object.entries(args)) keep(key, value, below(path, key), below(path, key));
    for (const [index, item] of list(args).entries())
      keep(str(dig(item, 'name')) ?? '', dig(item, 'value'), below(path, index, 'value'), below(path, index));
    yield {
      name,
      resource,
      form: 'kubeadm',
      label: `ClusterConfiguration: ${name}`,
      at: path,
      flag: (flag) => flags.get(flag),
      field: () => undefined,
      add: (flag, _, value) =>
        Array.isArray(args)
          ? [{ op: 'set', path: below(path, args.length), value: { name: flag, value: scalarText(value) } }]
          : [{ op: 'set', path: below(path, flag), value: scalarText(value) }],
    };
  }
}
