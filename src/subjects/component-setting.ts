import type { Fix, Json, Path, Resource, Severity, Violation } from '../model.ts';
import { below } from './below.ts';
import { type Component, type ComponentName, componentsOf } from './component.ts';
import type { Setting } from './flags.ts';
import type { WorkloadSet } from './set.ts';

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

/** Whether a switch is off, as the components read it. */
export function isFalse(value: string | undefined): boolean {
  return /^(?:0|f|F|false|FALSE|False)$/.test(value ?? '');
}

/** Whether a switch is on, as the components read it. */
export function isTrue(value: string | undefined): boolean {
  return /^(?:1|t|T|true|TRUE|True)$/.test(value ?? '');
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
