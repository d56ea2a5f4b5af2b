import { parseManifests } from '../manifest/parse.ts';
import type { Edit, Fix, Json, Path, Resource, Severity, Violation } from '../model.ts';
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

/** One setting that a check demands. */
export interface SettingRule {
  /** Flag name without dashes; absent for what only a configuration document can say. */
  flag?: string;
  /** The same in the component's configuration document; absent where there is none. */
  field?: Path;
  /** Whether a value passes; undefined when it is missing. */
  passes(value: string | undefined, component: Component): boolean;
  /** What is wrong, after "--flag=value" or "no --flag": `which lets anyone in`. */
  fault: string;
  /** What to write instead; `null` deletes it. A function sees the present value. */
  fix?: Json | ((value: string | undefined) => string | null);
  risky?: boolean;
  /** Report at the whole command line and without the value: a list that grows must not make this another finding. */
  whole?: boolean;
  severity?: Severity | ((component: Component) => Severity | undefined);
}

export interface ComponentViolation extends Violation {
  resource: Resource;
}

/**
 * Flags that kubeadm sets itself, so that extraArgs need not.
 * Source: cmd/kubeadm/app/phases/controlplane/manifests.go and phases/etcd/local.go of Kubernetes v1.35.
 */
const setByKubeadm: Readonly<Partial<Record<ComponentName, readonly string[]>>> = {
  'kube-apiserver': [
    ...['authorization-mode', 'client-ca-file', 'enable-admission-plugins', 'etcd-cafile', 'etcd-certfile'],
    ...['etcd-keyfile', 'etcd-servers', 'kubelet-client-certificate', 'kubelet-client-key', 'secure-port'],
    ...['service-account-key-file', 'service-account-signing-key-file', 'tls-cert-file', 'tls-private-key-file'],
  ],
  'kube-controller-manager': [
    ...['bind-address', 'client-ca-file', 'root-ca-file', 'service-account-private-key-file'],
    'use-service-account-credentials',
  ],
  'kube-scheduler': ['bind-address'],
  etcd: [
    ...['cert-file', 'key-file', 'client-cert-auth', 'trusted-ca-file', 'initial-cluster'],
    ...['peer-cert-file', 'peer-key-file', 'peer-client-cert-auth', 'peer-trusted-ca-file'],
  ],
};

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

function commandLine(name: ComponentName, container: ContainerSubject): Component {
  const flags = new Map<string, Setting>([
    ...flagsOf(container, 'command'),
    ...flagsOf(container, 'args'),
    ...scriptFlags(container, name),
  ]);
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
      flags.set(key, {
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

/** Judges the settings of every component of these names in the set, one violation per setting. */
export function* judgeSettings(
  set: WorkloadSet,
  names: readonly ComponentName[],
  rules: readonly SettingRule[],
): Generator<ComponentViolation> {
  for (const component of componentsOf(set))
    if (names.includes(component.name))
      for (const rule of rules) {
        const violation = judge(component, rule);
        if (violation !== undefined) yield violation;
      }
}

function judge(component: Component, rule: SettingRule): ComponentViolation | undefined {
  const { flag, field } = rule;
  if (component.form === 'config' ? field === undefined : flag === undefined) return undefined;
  const found = component.form === 'config' ? component.field(field ?? []) : component.flag(flag ?? '');
  if (found === undefined && givenElsewhere(component, flag ?? '')) return undefined;
  if (rule.passes(found?.value, component)) return undefined;
  const name = component.form === 'config' ? (field ?? []).join('.') : `--${flag ?? ''}`;
  const shown =
    found === undefined
      ? `no ${name}`
      : component.form === 'config'
        ? `${name}: ${found.value || '""'}`
        : `${name}=${found.value}`;
  const severity = typeof rule.severity === 'function' ? rule.severity(component) : rule.severity;
  const fix = fixOf(component, rule, found, name);
  return {
    resource: component.resource,
    at: rule.whole === true ? component.at : (found?.at ?? component.at),
    message:
      rule.whole === true
        ? `${component.label} runs ${rule.fault}.`
        : `${component.label} has ${shown}, ${rule.fault}.`,
    about: below(component.at, name).join('/'),
    ...(severity === undefined ? {} : { severity }),
    ...(fix === undefined ? {} : { fix }),
  };
}

function fixOf(component: Component, rule: SettingRule, found: Setting | undefined, name: string): Fix | undefined {
  if (rule.fix === undefined) return undefined;
  const value = typeof rule.fix === 'function' ? rule.fix(found?.value) : rule.fix;
  const edits =
    value === null
      ? found?.remove()
      : found === undefined
        ? component.add(rule.flag ?? '', rule.field, value)
        : found.set(typeof value === 'string' ? value : JSON.stringify(value));
  if (edits === undefined || edits.length === 0) return undefined;
  return {
    description:
      value === null
        ? `Delete ${name}.`
        : `Set ${name} to ${typeof value === 'string' ? value : JSON.stringify(value)}.`,
    edits,
    ...(rule.risky === true ? { risky: true } : {}),
  };
}

/** Flags that name a file in which every other flag may be set. */
const configFileFlags: Readonly<Partial<Record<ComponentName, string>>> = { kubelet: 'config', etcd: 'config-file' };

/** A flag that is missing here may be set by kubeadm, or in such a file. */
function givenElsewhere(component: Component, flag: string): boolean {
  if (component.form === 'kubeadm') return setByKubeadm[component.name]?.includes(flag) ?? false;
  if (component.form !== 'flags') return false;
  const file = configFileFlags[component.name];
  return file !== undefined && component.flag(file) !== undefined;
}

/** A rule for a flag that must be given, with any value. */
export function given(flag: string, fault: string): SettingRule {
  return { flag, passes: (value) => value !== undefined && value !== '', fault };
}

/** The items of a comma separated value. */
export function items(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Cipher suites with forward secrecy and authenticated encryption; TLS 1.3 has no others. */
export function onlyStrongCiphers(value: string | undefined): boolean {
  return items(value).every((suite) =>
    /^TLS_(ECDHE_(ECDSA|RSA)_WITH_)?(AES_(128|256)_GCM_SHA(256|384)|CHACHA20_POLY1305(_SHA256)?)$/.test(suite),
  );
}

/** Whether an address, with or without port, is of the loopback interface. */
export function isLoopback(address: string | undefined): boolean {
  return /^(127\.\d+\.\d+\.\d+|\[?::1\]?|localhost)(:\d+)?$/.test(address ?? '');
}

/** A rule for an admission plugin that must be among those enabled. */
export function pluginEnabled(plugin: string, fault: string, fix: 'fix' | 'risky' | 'none'): SettingRule {
  return {
    flag: 'enable-admission-plugins',
    passes: (value) => items(value).includes(plugin),
    whole: true,
    fault,
    ...(fix === 'none' ? {} : { fix: (value) => [...items(value), plugin].join(',') }),
    ...(fix === 'risky' ? { risky: true } : {}),
  };
}
