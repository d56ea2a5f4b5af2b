import {
  absent,
  and,
  below,
  canonicalKind,
  defineCheck,
  dig,
  type Gathered,
  isLeftOpen,
  isMap,
  type Json,
  type JsonMap,
  labelOf,
  list,
  map,
  metadataOf,
  type Path,
  podsOf,
  printable,
  type Resource,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'invalid-label-value',
  title: 'Label key or value is invalid',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Any'],
  why: 'The API refuses the object, so that the change never gets into the cluster.',
  remedy: 'Correct or quote the value.',
  peers: { 'kube-score': ['label-values'] },
  run(resource) {
    let violations: Gathered;
    const further = furtherSelectors(resource);
    for (const { labels, at } of labelMaps(resource, further))
      for (const key in labels) {
        const fault = faultOf(labels[key]);
        if (fault !== undefined && !isLeftOpen(resource, labels[key]))
          violations = and(violations, {
            at: below(at, key),
            message: `${labelOf(resource)}: the value of the label ${key} ${fault}.`,
          });
        const wrong = faultOfKey(key);
        if (wrong !== undefined && !isLeftOpen(resource, key))
          violations = and(violations, { at: below(at, key), message: keyMessage(resource, key, wrong) });
      }
    for (const { key, at, values } of expressionsOf(resource, further)) {
      const wrong = faultOfKey(key);
      if (wrong !== undefined && !isLeftOpen(resource, key))
        violations = and(violations, { at: below(at, 'key'), message: keyMessage(resource, key, wrong) });
      for (const [nth, value] of values.entries()) {
        const fault = faultOf(value);
        if (fault !== undefined && !isLeftOpen(resource, value))
          violations = and(violations, {
            at: below(at, 'values', nth),
            message: `${labelOf(resource)}: a value that the selector wants of the label ${key} ${fault}.`,
          });
      }
    }
    return violations;
  },
});

function keyMessage(resource: Resource, key: string, fault: string): string {
  return `${labelOf(resource)}: the label key ${printable(key)} ${fault}.`;
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
function faultOf(value: Json | undefined): string | undefined {
  if (absent(value)) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return `is a ${typeof value} and not a string: quote it`;
  if (typeof value !== 'string') return 'is not a string';
  if (value.length > 63) return 'is longer than 63 characters';
  return value === '' || word.test(value) ? undefined : wrongWord;
}

const word = /^[A-Za-z\d](?:[\w.-]*[A-Za-z\d])?$/;
const wrongWord = 'may only have letters, digits, "-", "_" and ".", and a letter or digit at both ends';

/** A name like a value that is not empty, after a DNS name and a slash or alone. */
function faultOfKey(key: string): string | undefined {
  const slash = key.indexOf('/');
  if (slash !== key.lastIndexOf('/')) return 'has more than one slash';
  if (slash !== -1 && (slash > 253 || !dnsName.test(key.slice(0, slash)))) return 'has a prefix that is no DNS name';
  if (key.length - slash - 1 > 63) return 'is longer than 63 characters';
  return word.test(slash === -1 ? key : key.slice(slash + 1)) ? undefined : wrongWord;
}

const dnsName = /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/;

function labelMaps(resource: Resource, further: readonly Placed[]): { labels: JsonMap; at: Path }[] {
  const found: { labels: JsonMap; at: Path }[] = [];
  for (const { path, metadata } of metadataOf(resource))
    if (isMap(metadata.labels)) found.push({ labels: metadata.labels, at: below(path, 'labels') });
  for (const path of otherTemplates(resource)) {
    const labels = dig(resource.manifest, ...path);
    if (isMap(labels)) found.push({ labels, at: path });
  }
  const at = selectors.get(canonicalKind(resource));
  const labels = at === undefined ? undefined : dig(resource.manifest, ...at);
  if (at !== undefined && isMap(labels)) found.push({ labels, at });
  for (const { selector, at: place } of further)
    if (isMap(selector.matchLabels)) found.push({ labels: selector.matchLabels, at: below(place, 'matchLabels') });
  return found;
}

/** Where the labels of what an object makes beside pods are: jobs, and volume claims. */
function otherTemplates(resource: Resource): readonly Path[] {
  switch (canonicalKind(resource)) {
    case 'CronJob.batch':
      return ofJob;
    case 'StatefulSet.apps':
      return list(dig(resource.manifest, ...claims)).map((_, index) => [...claims, index, 'metadata', 'labels']);
    default:
      return none;
  }
}

const ofJob: readonly Path[] = [['spec', 'jobTemplate', 'metadata', 'labels']];
const claims: Path = ['spec', 'volumeClaimTemplates'];

interface Expression {
  key: string;
  values: readonly Json[];
  at: Path;
}

/** The expressions of an object's selectors. */
function expressionsOf(resource: Resource, further: readonly Placed[]): readonly Expression[] {
  const path = expressions.get(canonicalKind(resource));
  const own = path === undefined ? none : expressionsIn(dig(resource.manifest, ...path), path);
  if (further.length === 0) return own;
  return [
    ...own,
    ...further.flatMap(({ selector, at }) => expressionsIn(selector.matchExpressions, below(at, 'matchExpressions'))),
  ];
}

function expressionsIn(written: Json | undefined, path: Path): readonly Expression[] {
  return list(written).map((expression, index) => ({
    key: str(dig(expression, 'key')) ?? '',
    values: list(dig(expression, 'values')),
    at: below(path, index),
  }));
}

const none: readonly never[] = [];

/** Where an object selects others by their labels, by kind. */
const selectors = new Map<string, Path>([
  ...['Service', 'ReplicationController', 'DeploymentConfig.apps.openshift.io'].map((kind): [string, Path] => [
    kind,
    ['spec', 'selector'],
  ]),
  ...[
    ...['Deployment.apps', 'StatefulSet.apps', 'DaemonSet.apps', 'ReplicaSet.apps', 'Job.batch', 'Rollout.argoproj.io'],
    ...['PodDisruptionBudget.policy', 'PersistentVolumeClaim', 'ServiceMonitor.monitoring.coreos.com'],
    'PodMonitor.monitoring.coreos.com',
  ].map((kind): [string, Path] => [kind, ['spec', 'selector', 'matchLabels']]),
  ['NetworkPolicy.networking.k8s.io', ['spec', 'podSelector', 'matchLabels']],
]);

/** Where the same objects do so by expressions. */
const expressions = new Map<string, Path>(
  [...selectors].flatMap(([kind, at]): [string, Path][] =>
    at.at(-1) === 'matchLabels' ? [[kind, at.with(-1, 'matchExpressions')]] : [],
  ),
);

/** A label selector, and where it is. */
interface Placed {
  selector: JsonMap;
  at: Path;
}

/** The selectors of the peers of a policy, and of what pods keep near, keep away from and spread among. */
function furtherSelectors(resource: Resource): readonly Placed[] {
  const found: Placed[] = [];
  const add = (holder: Json | undefined, at: Path, ...fields: string[]): void => {
    for (const field of fields) {
      const selector = dig(holder, field);
      if (isMap(selector)) found.push({ selector, at: below(at, field) });
    }
  };
  if (canonicalKind(resource) === 'NetworkPolicy.networking.k8s.io')
    for (const [rules, peers] of directions)
      for (const [index, rule] of list(dig(resource.manifest, 'spec', rules)).entries())
        for (const [nth, peer] of list(dig(rule, peers)).entries())
          add(peer, ['spec', rules, index, peers, nth], 'podSelector', 'namespaceSelector');
  for (const pod of podsOf(resource)) {
    for (const [index, one] of list(pod.spec.topologySpreadConstraints).entries())
      add(one, pod.at('topologySpreadConstraints', index), 'labelSelector');
    if (!isMap(pod.spec.affinity)) continue;
    for (const field of ['podAffinity', 'podAntiAffinity']) {
      const { [required]: terms, [preferred]: wishes } = map(pod.spec.affinity[field]);
      for (const [index, term] of list(terms).entries())
        add(term, pod.at('affinity', field, required, index), 'labelSelector', 'namespaceSelector');
      for (const [index, wish] of list(wishes).entries())
        add(
          dig(wish, 'podAffinityTerm'),
          pod.at('affinity', field, preferred, index, 'podAffinityTerm'),
          ...['labelSelector', 'namespaceSelector'],
        );
    }
  }
  return found;
}

const directions = [
  ['ingress', 'from'],
  ['egress', 'to'],
] as const;
const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
