import type { Edit, Json, Path, Resource } from '../model.ts';
import { keptOf } from './kept.ts';
import { ownerLabel } from './label.ts';
import { isKnative, Label, type ContainerSubject, type PodSubject } from './pod.ts';
import { below } from './below.ts';
import { absent, dig, int, list, map, str, strings } from './values.ts';

/** An entry of `capabilities.add`. `name` is upper-cased and without `CAP_`, `written` as it stands. */
export interface AddedCapability {
  name: string;
  written: string;
  at: Path;
  /** Key by which the capability checks give way to one another. */
  about: string;
}

/** https://github.com/kubernetes/pod-security-admission/blob/master/policy/check_capabilities_baseline.go */
const defaultCapabilities = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);

/** Capabilities with a known way to the node. */
export const dangerousCapabilities: readonly string[] =
  'ALL SYS_ADMIN SYS_MODULE SYS_PTRACE SYS_RAWIO SYS_BOOT SYS_TIME DAC_READ_SEARCH NET_ADMIN NET_RAW BPF PERFMON MAC_ADMIN MAC_OVERRIDE SYSLOG'.split(
    ' ',
  );

/** Capabilities that a runtime gives anyway, as Pod Security baseline counts them. */
export function isDefaultCapability(name: string): boolean {
  return defaultCapabilities.has(name);
}

/** `cap_sys_admin` and `SYS_ADMIN` are the same to a runtime. */
export function capabilityName(written: string): string {
  return written.trim().toUpperCase().replace(/^CAP_/, '');
}

export const addedCapabilities = keptOf((container: ContainerSubject): readonly AddedCapability[] =>
  list(dig(container.spec, 'securityContext', 'capabilities', 'add')).flatMap((item, index) => {
    if (typeof item !== 'string') return [];
    const name = capabilityName(item);
    return [
      {
        name,
        written: item,
        at: below(container.path, 'securityContext', 'capabilities', 'add', index),
        about: `${container.list}/${container.name || container.path.join('/')}/capability/${name}`,
      },
    ];
  }),
);

/** The names in `capabilities.drop`. No runtime takes CAP_ALL for ALL. */
export const droppedCapabilities = keptOf((container: ContainerSubject): readonly string[] =>
  strings(dig(container.spec, 'securityContext', 'capabilities', 'drop')).map((written) => {
    const name = capabilityName(written);
    return name === 'ALL' ? written.toUpperCase() : name;
  }),
);

/** A place where a field of the security context is set: once for the pod, once for each container. */
export interface Setting {
  value: Json;
  at: Path;
  /** `Pod "web"` or `Container "app"`, for sentences. */
  who: string;
  container?: ContainerSubject;
}

/** Where `securityContext.<steps>` is set, pod first. Null counts as unset, as for the API. */
export function settingsOf(pod: PodSubject, ...steps: string[]): readonly Setting[] {
  let found: Setting[] | undefined;
  const own = dig(pod.spec.securityContext, ...steps);
  if (!absent(own)) found = [{ value: own, at: pod.at('securityContext', ...steps), who: ownerLabel(pod) }];
  for (const container of pod.containers) {
    const value = dig(container.spec.securityContext, ...steps);
    if (absent(value)) continue;
    const at = below(container.path, 'securityContext', ...steps);
    (found ??= []).push({ value, at, who: Label(container), container });
  }
  return found ?? nowhere;
}

const nowhere: readonly Setting[] = [];

/** Sets the `type` of a seccomp or AppArmor profile; the API refuses `localhostProfile` beside any type but Localhost. */
export function profileEdits({ manifest }: Resource, at: Path, type: string): Edit[] {
  const local = below(at.slice(0, -1), 'localhostProfile');
  const edits: Edit[] = [{ op: 'set', path: at, value: type }];
  if (dig(manifest, ...local) !== undefined) edits.push({ op: 'remove', path: local });
  return edits;
}

/**
 * Where to write a field that a pod may give all its containers. Knative refuses it at the pod unless its administrator has turned
 * that on (https://knative.dev/docs/serving/configuration/feature-flags/, kubernetes.podspec-securitycontext).
 */
export function sharedSettingAt({ pod, path }: ContainerSubject, field: string): Path {
  const atPod = pod.settable && !isKnative(pod);
  return atPod ? pod.at('securityContext', field) : below(path, 'securityContext', field);
}

/** `hostUsers: false`: root inside is nobody outside. */
export function hasOwnUsers(pod: PodSubject): boolean {
  return pod.spec.hostUsers === false;
}

/** Annotations of the pod whose value is a string. */
export function podAnnotation(pod: PodSubject, name: string): string | undefined {
  return str(dig(pod.metadata, 'annotations', name));
}

/** Legacy seccomp annotation that speaks for a container: its own, else the pod's. */
export function seccompAnnotation(container: ContainerSubject): string | undefined {
  return (
    podAnnotation(container.pod, `container.seccomp.security.alpha.kubernetes.io/${container.name}`) ??
    podAnnotation(container.pod, 'seccomp.security.alpha.kubernetes.io/pod')
  );
}

/** The annotation that named AppArmor profiles before the field existed (v1.30), with the container's name at the end. */
export const appArmorAnnotation = 'container.apparmor.security.beta.kubernetes.io/';

/** Integers of a list. */
export function ints(value: Json | undefined): { value: number; index: number }[] {
  return list(value).flatMap((item, index) => {
    const read = int(item);
    return read === undefined ? [] : [{ value: read, index }];
  });
}

/** Whether the object has at least one field that is not null. */
export function isEmptyMap(value: Json | undefined): boolean {
  return Object.values(map(value)).every((item) => item === null);
}
