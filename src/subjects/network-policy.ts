import type { Json, JsonMap, Resource } from '../model.ts';
import { calicoEquality, calicoSelects } from './calico.ts';
import { keptFor } from './kept.ts';
import { canonicalKind, groupOf } from './kinds.ts';
import type { PodSubject } from './pod.ts';
import { labelSelector, labelValue, selects, selectsAll, type Requirement, type Selector } from './selector.ts';
import { groupBy, perSet, podLabels, type WorkloadSet } from './set.ts';
import { absent, dig, int, isMap, list, map, str, strings } from './values.ts';

export type Direction = 'ingress' | 'egress';

/** One policy, of any of the kinds that isolate pods. A Cilium object with several specs makes several. */
export interface NetworkPolicySubject {
  resource: Resource;
  /** Whether it stands over the namespaces. */
  cluster: boolean;
  /** Directions in which the pods it selects are isolated. */
  isolates: Readonly<Record<Direction, boolean>>;
  /** Directions in which it denies whatever no other policy allows, and allows nothing itself (DNS aside for egress). */
  denies: Readonly<Record<Direction, boolean>>;
  /** Whether it selects all pods of the namespaces it is for. */
  selectsEveryPod: boolean;
  /** The pods of the set that it selects. */
  pods(set: WorkloadSet): readonly PodSubject[];
  /** Whether it is for that namespace. */
  coversNamespace(set: WorkloadSet, namespace: string): boolean;
}

const networkPolicyKinds = [
  'NetworkPolicy.networking.k8s.io',
  'CiliumNetworkPolicy.cilium.io',
  'CiliumClusterwideNetworkPolicy.cilium.io',
  'NetworkPolicy.projectcalico.org',
  'NetworkPolicy.crd.projectcalico.org',
  'GlobalNetworkPolicy.projectcalico.org',
  'GlobalNetworkPolicy.crd.projectcalico.org',
  'AdminNetworkPolicy.policy.networking.k8s.io',
  'BaselineAdminNetworkPolicy.policy.networking.k8s.io',
  'ClusterNetworkPolicy.policy.networking.k8s.io',
] as const;

/** The policies of a set. */
export const networkPolicies = perSet((set: WorkloadSet): NetworkPolicySubject[] =>
  set.ofKind(...networkPolicyKinds).flatMap((resource) => policiesOf(resource)),
);

/** For every pod some policy selects, the directions in which it is isolated. */
export const isolation = perSet((set: WorkloadSet) => {
  const found = new Map<PodSubject, Record<Direction, boolean>>();
  for (const policy of networkPolicies(set))
    for (const pod of policy.pods(set)) {
      const there = found.get(pod) ?? { ingress: false, egress: false };
      found.set(pod, {
        ingress: there.ingress || policy.isolates.ingress,
        egress: there.egress || policy.isolates.egress,
      });
    }
  return found;
});

/** A policy of a namespace stands in the set of every unit that renders into it. */
const policiesOf = keptFor((resource: Resource): NetworkPolicySubject[] => {
  const key = canonicalKind(resource);
  if (key === 'NetworkPolicy.networking.k8s.io') return [kubernetesPolicy(resource)];
  if (groupOf(resource.apiVersion) === 'cilium.io')
    return [resource.manifest.spec, ...list(resource.manifest.specs)].flatMap((spec) =>
      isMap(spec) ? [ciliumPolicy(resource, spec)] : [],
    );
  if (groupOf(resource.apiVersion).endsWith('projectcalico.org')) return [calicoPolicy(resource)];
  return [adminPolicy(resource)];
});

/** Directions of a NetworkPolicy: unset means ingress, and egress when there are egress rules. */
export function policyTypes(spec: JsonMap): Record<Direction, boolean> {
  const types = strings(spec.policyTypes);
  return types.length > 0
    ? { ingress: types.includes('Ingress'), egress: types.includes('Egress') }
    : { ingress: true, egress: list(spec.egress).length > 0 };
}

function kubernetesPolicy(resource: Resource): NetworkPolicySubject {
  const spec = map(resource.manifest.spec);
  const selector = labelSelector(spec.podSelector) ?? selectsAll;
  const isolates = policyTypes(spec);
  return {
    resource,
    cluster: false,
    isolates,
    denies: {
      ingress: isolates.ingress && list(spec.ingress).length === 0,
      egress: isolates.egress && list(spec.egress).every((rule) => onlyDns(rule, 'ports')),
    },
    selectsEveryPod: selector.requirements.length === 0,
    pods: (set) => set.podsSelected(resource.namespace, selector),
    coversNamespace: (_, namespace) => namespace === resource.namespace,
  };
}

/** A rule that lets through nothing but DNS. */
function onlyDns(rule: Json, field: string): boolean {
  const ports = list(dig(rule, field));
  return (
    ports.length > 0 &&
    ports.every(
      (port) =>
        ['53', 'dns', 'dns-tcp'].includes(labelValue(dig(port, 'port'))) && (int(dig(port, 'endPort')) ?? 53) === 53,
    )
  );
}

/** https://docs.cilium.io/en/stable/security/policy/intro/#endpoints-default-policy */
function ciliumPolicy(resource: Resource, spec: JsonMap): NetworkPolicySubject {
  const cluster = resource.kind === 'CiliumClusterwideNetworkPolicy';
  const selector = ciliumSelector(labelSelector(spec.endpointSelector) ?? { requirements: [] });
  const selected = isMap(spec.endpointSelector);
  const isolates = {
    ingress: selected && ciliumIsolates(spec, 'ingress'),
    egress: selected && ciliumIsolates(spec, 'egress'),
  };
  return {
    resource,
    cluster,
    isolates,
    denies: {
      ingress: isolates.ingress && !list(spec.ingress).some((rule) => ciliumOpen(rule, 'from')),
      egress: isolates.egress && !list(spec.egress).some((rule) => ciliumOpen(rule, 'to')),
    },
    selectsEveryPod: selected && selector.pods.requirements.length === 0,
    pods(set) {
      if (!selected) return [];
      const found = set.podsSelected(cluster ? undefined : resource.namespace, selector.pods);
      if (!cluster || selector.namespaces.requirements.length === 0) return found;
      return found.filter((pod) => namespaceSelected(set, pod.resource.namespace, selector.namespaces));
    },
    coversNamespace: (set, namespace) =>
      cluster ? namespaceSelected(set, namespace, selector.namespaces) : namespace === resource.namespace,
  };
}

function ciliumIsolates(spec: JsonMap, direction: Direction): boolean {
  const said = dig(spec, 'enableDefaultDeny', direction);
  // A list without rules is as good as none.
  return typeof said === 'boolean' ? said : list(spec[direction]).length + list(spec[`${direction}Deny`]).length > 0;
}

/** A rule that lets anything in or out. */
function ciliumOpen(rule: Json, prefix: 'from' | 'to'): boolean {
  const entities = strings(dig(rule, `${prefix}Entities`));
  const sets = list(dig(rule, `${prefix}CIDRSet`)).map((one) => str(dig(one, 'cidr')) ?? '');
  const ranges = [...strings(dig(rule, `${prefix}CIDR`)), ...sets];
  return entities.includes('all') || entities.includes('world') || ranges.some((range) => isEverything(range));
}

/** Splits what Cilium writes in one selector: labels of pods, and labels of their namespaces. */
function ciliumSelector(selector: Selector): { pods: Selector; namespaces: Selector } {
  const pods: Requirement[] = [];
  const namespaces: Requirement[] = [];
  for (const one of selector.requirements) {
    const key = one.key.replace(/^(?:k8s|any)[:.]/, '');
    const ofNamespace = 'io.cilium.k8s.namespace.labels.';
    if (key === 'io.kubernetes.pod.namespace') namespaces.push({ ...one, key: namespaceNameLabel });
    else if (key.startsWith(ofNamespace)) namespaces.push({ ...one, key: key.slice(ofNamespace.length) });
    else pods.push({ ...one, key });
  }
  return { pods: { requirements: pods }, namespaces: { requirements: namespaces } };
}

function calicoPolicy(resource: Resource): NetworkPolicySubject {
  const spec = map(resource.manifest.spec);
  const cluster = resource.kind === 'GlobalNetworkPolicy';
  const selector = (str(spec.selector) ?? '').trim();
  const namespaces = (str(spec.namespaceSelector) ?? '').trim();
  const types = strings(spec.types);
  const has = (direction: Direction): boolean => list(spec[direction]).length > 0;
  const isolates =
    types.length > 0
      ? { ingress: types.includes('Ingress'), egress: types.includes('Egress') }
      : { ingress: has('ingress') || !has('egress'), egress: has('egress') };
  const plain = calicoEquality(selector);
  const byAccount = (str(spec.serviceAccountSelector) ?? '').trim() !== '';
  const everyPod = selector === '' || selector.replaceAll(/\s/g, '') === 'all()';
  const covers = (set: WorkloadSet, namespace: string): boolean =>
    cluster
      ? namespaces === '' || (calicoSelects(namespaces, namespaceLabels(set, namespace).labels) ?? true)
      : namespace === resource.namespace;
  // A selector that cannot be read may select any pod: better to say too little.
  const onPod = (pod: PodSubject): boolean =>
    calicoSelects(selector, {
      ...podLabels(pod),
      'projectcalico.org/namespace': pod.resource.namespace,
      'projectcalico.org/orchestrator': 'k8s',
    }) ?? true;
  return {
    resource,
    cluster,
    isolates,
    denies: {
      ingress: isolates.ingress && list(spec.ingress).every((rule) => dig(rule, 'action') === 'Deny'),
      egress:
        isolates.egress && list(spec.egress).every((rule) => dig(rule, 'action') === 'Deny' || calicoOnlyDns(rule)),
    },
    selectsEveryPod: everyPod && !byAccount,
    pods: (set) =>
      set
        .podsSelected(cluster ? undefined : resource.namespace, plain ?? selectsAll)
        .filter((pod) => (everyPod || plain !== undefined || onPod(pod)) && covers(set, pod.resource.namespace)),
    coversNamespace: covers,
  };
}

function calicoOnlyDns(rule: Json): boolean {
  const ports = list(dig(rule, 'destination', 'ports'));
  return ports.length > 0 && ports.every((port) => labelValue(port) === '53');
}

/** https://network-policy-api.sigs.k8s.io/api-overview/ */
function adminPolicy(resource: Resource): NetworkPolicySubject {
  const spec = map(resource.manifest.spec);
  const ofPods = dig(spec, 'subject', 'pods');
  const namespaces =
    labelSelector(isMap(ofPods) ? ofPods.namespaceSelector : dig(spec, 'subject', 'namespaces')) ?? undefined;
  const pods = isMap(ofPods) ? (labelSelector(ofPods.podSelector) ?? selectsAll) : selectsAll;
  const denies = (direction: Direction): boolean =>
    list(spec[direction]).some((rule) => dig(rule, 'action') === 'Deny');
  const isolates = { ingress: denies('ingress'), egress: denies('egress') };
  return {
    resource,
    cluster: true,
    isolates,
    denies: {
      ingress: list(spec.ingress).some((rule) => deniesAll(rule, 'from')),
      egress: list(spec.egress).some((rule) => deniesAll(rule, 'to')),
    },
    selectsEveryPod: namespaces !== undefined && pods.requirements.length === 0,
    pods: (set) =>
      namespaces === undefined
        ? []
        : set.podsSelected(undefined, pods).filter((pod) => namespaceSelected(set, pod.resource.namespace, namespaces)),
    coversNamespace: (set, namespace) => namespaces !== undefined && namespaceSelected(set, namespace, namespaces),
  };
}

/** A rule of an admin policy that denies every pod or address, and not just some of them or some ports. */
function deniesAll(rule: Json, peers: 'from' | 'to'): boolean {
  if (dig(rule, 'action') !== 'Deny') return false;
  if (list(dig(rule, 'ports')).length > 0 || list(dig(rule, 'protocols')).length > 0) return false;
  return list(dig(rule, peers)).some((peer) => {
    const ofPods = dig(peer, 'pods');
    const namespaces = isMap(ofPods) ? ofPods.namespaceSelector : dig(peer, 'namespaces');
    const selectors = isMap(ofPods)
      ? [namespaces, ofPods.podSelector]
      : [dig(namespaces, 'namespaceSelector') ?? namespaces];
    return (
      selectors.every((selector) => labelSelector(selector)?.requirements.length === 0) ||
      strings(dig(peer, 'networks')).some((range) => isEverything(range))
    );
  });
}

/** The label that the API puts on every namespace. */
const namespaceNameLabel = 'kubernetes.io/metadata.name';

const namespaceObjects = perSet((set: WorkloadSet) => groupBy(set.ofKind('Namespace'), (namespace) => namespace.name));

/** Labels of a namespace; `known` when its object is in the set. */
function namespaceLabels(set: WorkloadSet, namespace: string): { labels: JsonMap; known: boolean } {
  const [object] = namespaceObjects(set).get(namespace) ?? [];
  return {
    labels: {
      ...map(dig(object?.manifest, 'metadata', 'labels')),
      [namespaceNameLabel]: namespace,
      'projectcalico.org/name': namespace,
    },
    known: object !== undefined,
  };
}

/** Whether a namespace selector selects the namespace; what nobody can tell without its object counts as yes. */
function namespaceSelected(set: WorkloadSet, namespace: string, selector: Selector): boolean {
  const { labels, known } = namespaceLabels(set, namespace);
  if (known) return selects(selector, labels);
  return selects(
    { requirements: selector.requirements.filter((one) => one.key === namespaceNameLabel && namespace !== '') },
    labels,
  );
}

/** `0.0.0.0/0`, `::/0` and their other spellings. */
export function isEverything(range: string): boolean {
  return /^[0.:]+\/0+$/.test(range.trim());
}

/** The range of an ipBlock and what it leaves out. */
export function ipBlockOf(peer: Json): { cidr: string; except: readonly string[] } | undefined {
  const block = dig(peer, 'ipBlock');
  return absent(block) ? undefined : { cidr: str(dig(block, 'cidr')) ?? '', except: strings(dig(block, 'except')) };
}
