/**
 * All that a check may import: `defineCheck`, the subjects a check is handed, and the readers for untrusted values.
 */
import type { Json, Resource, Severity, Violation } from './model.ts';
import type { ContainerSubject, PodSubject } from './subjects/pod.ts';
import type { RoleSubject } from './subjects/rbac.ts';
import type { WorkloadSet } from './subjects/set.ts';

export type { Edit, Fix, Json, JsonMap, Path, Resource, Severity, Violation } from './model.ts';
export { trimEnd } from './trim.ts';
export * from './subjects/values.ts';
export * from './subjects/below.ts';
export * from './subjects/kinds.ts';
export * from './subjects/kept.ts';
export * from './subjects/gathered.ts';
export * from './subjects/label-index.ts';
export * from './subjects/label-places.ts';
export * from './subjects/pod.ts';
export * from './subjects/metadata.ts';
export * from './subjects/variable.ts';
export * from './subjects/account.ts';
export * from './subjects/system.ts';
export * from './subjects/component.ts';
export * from './subjects/component-setting.ts';
export * from './subjects/takeover.ts';
export * from './subjects/admission.ts';
export * from './subjects/argocd.ts';
export * from './subjects/pkcs10.ts';
export * from './subjects/api-versions.ts';
export * from './subjects/deprecated.ts';
export * from './subjects/node-label.ts';
export * from './subjects/plain-text.ts';
export * from './subjects/pattern.ts';
export * from './subjects/schema.ts';
export * from './subjects/required.ts';
export * from './subjects/rbac.ts';
export * from './subjects/built-in-role.ts';
export * from './subjects/grant.ts';
export * from './subjects/role-violation.ts';
export * from './subjects/set.ts';
export * from './subjects/version.ts';
export * from './subjects/mesh.ts';
export * from './subjects/gateway.ts';
export * from './subjects/entrance.ts';
export * from './subjects/disruption.ts';
export * from './subjects/namespaces.ts';
export * from './subjects/address.ts';
export * from './subjects/security-context.ts';
export * from './subjects/volume.ts';
export * from './subjects/image.ts';
export * from './subjects/tekton-reference.ts';
export * from './subjects/claim.ts';
export * from './subjects/command.ts';
export * from './subjects/credentials.ts';
export * from './subjects/secret.ts';
export * from './subjects/schedule.ts';
export * from './subjects/interval.ts';
export * from './subjects/quantity.ts';
export * from './subjects/selector.ts';
export * from './subjects/external.ts';
export * from './subjects/label.ts';
export * from './subjects/ingress.ts';
export * from './subjects/network-policy.ts';
export * from './subjects/probe.ts';
export * from './subjects/scaling.ts';
export * from './subjects/service.ts';
export * from './subjects/calico.ts';

export type Category =
  | 'pod-security'
  | 'workload-hardening'
  | 'supply-chain'
  | 'secrets'
  | 'rbac'
  | 'network'
  | 'resources'
  | 'reliability'
  | 'namespace-governance'
  | 'admission'
  | 'storage'
  | 'gitops'
  | 'api-lifecycle'
  | 'observability';

/** Ids under which standards know the concept; as in the catalogue. */
export interface Standards {
  pss?: readonly string[];
  nsa?: readonly string[];
  cis?: readonly string[];
  mitre?: readonly string[];
}

export type Peer =
  | 'checkov'
  | 'trivy'
  | 'kube-linter'
  | 'polaris'
  | 'kube-score'
  | 'kubescape'
  | 'kubesec'
  | 'kyverno'
  | 'psa'
  | 'monokle';

/**
 * One parameter of a check. `default` is what the rule uses when the settings say nothing. The items of `patterns` end in a
 * pattern, `Kind:pattern` or `key=pattern` (see `fits`).
 */
export type OptionSpec =
  | { type: 'strings'; describe: string; default: readonly string[]; patterns?: true }
  | { type: 'string'; describe: string; default: string; values?: readonly string[] }
  | { type: 'number'; describe: string; default: number; min?: number; max?: number }
  | { type: 'boolean'; describe: string; default: boolean };

export type Options = Readonly<Record<string, readonly string[] | string | number | boolean>>;

/** What a check knows beside its subject. */
export interface CheckContext {
  /** Target Kubernetes version, e.g. `{ major: 1, minor: 35 }`. */
  kubeVersion: { major: number; minor: number };
  /** The check's own options, defaults filled in. */
  options: Options;
  /**
   * All resources of the unit, or of every unit that renders into the same repository, for joins from a single subject
   * (bindings of a role, the service account of a pod).
   */
  set: WorkloadSet;
}

interface CheckCommon {
  /** Kebab-case; names the fault; equals the file name. */
  id: string;
  title: string;
  category: Category;
  severity: Severity;
  /** Whether it runs without being asked for. */
  default: 'on' | 'off';
  /** Of a check that is off: what it finds of this severity and above is reported without being asked for. */
  onFrom?: Severity;
  /** What an attacker gains, or what breaks: one or two sentences. */
  why: string;
  /** What to do, in the imperative. */
  remedy: string;
  standards?: Standards;
  /** Ids under which other tools know the concept. */
  peers?: Partial<Record<Peer, readonly string[]>>;
  /** Checks whose finding on the same thing makes this one redundant. */
  suppressedBy?: readonly string[];
  options?: Readonly<Record<string, OptionSpec>>;
}

/** What a check says of a subject: nothing, one violation, or several. */
export type Found = undefined | Violation | Iterable<Violation>;

/** A violation of a check over a set names the resource it is about. */
export interface SetViolation extends Violation {
  resource: Resource;
}

/**
 * One rule. `on` names the subject `run` is handed:
 * `container`: every container, init and ephemeral container of every workload kind, one by one;
 * `pod`: every pod spec, with its controller;
 * `resource`: every object whose kind is in `kinds`;
 * `role`: every Role and ClusterRole, its rules resolved and its bindings known;
 * `workloads`: all objects of a set at once.
 * `run` is pure: same subject, same violations; it never changes its input.
 */
export type Check =
  | (CheckCommon & {
      on: 'container';
      kinds?: readonly string[];
      run(subject: ContainerSubject, context: CheckContext): Found;
    })
  | (CheckCommon & {
      on: 'pod';
      kinds?: readonly string[];
      run(subject: PodSubject, context: CheckContext): Found;
    })
  | (CheckCommon & {
      on: 'resource';
      /** `Kind` or `Kind.group`, group names (`Workload`), or `Any`. */
      kinds: readonly string[];
      run(subject: Resource, context: CheckContext): Found;
    })
  | (CheckCommon & { on: 'role'; run(subject: RoleSubject, context: CheckContext): Found })
  | (CheckCommon & { on: 'workloads'; run(subject: WorkloadSet, context: CheckContext): Iterable<SetViolation> });

/** Declares a check; only narrows types. */
export function defineCheck(check: Check): Check {
  return Object.freeze(check);
}

/** Shorthand for a manifest's top-level mapping. */
export function spec(resource: Resource): Json | undefined {
  return resource.manifest.spec;
}
