import type { Json, JsonMap, Path, Resource } from '../model.ts';
import { below } from './below.ts';
import { canonicalKind } from './kinds.ts';
import { metadataOf } from './metadata.ts';
import { podsOf } from './pod.ts';
import { absent, dig, isMap, list, map, str } from './values.ts';

/** Labels as written, or as a selector wants them. */
export interface LabelMap {
  labels: JsonMap;
  at: Path;
}

/** One of a selector's expressions. */
export interface LabelExpression {
  key: string;
  values: readonly Json[];
  at: Path;
}

/** Where an object has labels and selects by them: its own, those of what it makes, its selectors, those of its pods and policies. */
export function labelPlaces(resource: Resource): {
  maps: readonly LabelMap[];
  expressions: readonly LabelExpression[];
} {
  const kind = canonicalKind(resource);
  const further = furtherSelectors(resource, kind);
  return { maps: mapsOf(resource, kind, further), expressions: expressionsOf(resource, kind, further) };
}

function mapsOf(resource: Resource, kind: string, further: readonly Placed[]): LabelMap[] {
  const found: LabelMap[] = [];
  for (const { path, metadata } of metadataOf(resource))
    if (isMap(metadata.labels)) found.push({ labels: metadata.labels, at: below(path, 'labels') });
  for (const path of otherTemplates(resource, kind)) {
    const labels = dig(resource.manifest, ...path);
    if (isMap(labels)) found.push({ labels, at: path });
  }
  const at = selectors.get(kind);
  const labels = at === undefined ? undefined : dig(resource.manifest, ...at);
  if (at !== undefined && isMap(labels)) found.push({ labels, at });
  for (const { selector, at: place } of further)
    if (isMap(selector.matchLabels)) found.push({ labels: selector.matchLabels, at: below(place, 'matchLabels') });
  return found;
}

/** Where the labels of what an object makes beside pods are: jobs, and volume claims. */
function otherTemplates(resource: Resource, kind: string): readonly Path[] {
  switch (kind) {
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

function expressionsOf(resource: Resource, kind: string, further: readonly Placed[]): readonly LabelExpression[] {
  const path = expressions.get(kind);
  const own = path === undefined ? none : expressionsIn(dig(resource.manifest, ...path), path);
  if (further.length === 0) return own;
  return [
    ...own,
    ...further.flatMap(({ selector, at }) => expressionsIn(selector.matchExpressions, below(at, 'matchExpressions'))),
  ];
}

function expressionsIn(written: Json | undefined, path: Path): readonly LabelExpression[] {
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
function furtherSelectors(resource: Resource, kind: string): readonly Placed[] {
  const found: Placed[] = [];
  const add = (holder: Json | undefined, at: Path, ...fields: string[]): void => {
    for (const field of fields) {
      const selector = dig(holder, field);
      if (isMap(selector)) found.push({ selector, at: below(at, field) });
    }
  };
  if (kind === 'NetworkPolicy.networking.k8s.io')
    for (const [rules, peers] of directions)
      for (const [index, rule] of list(dig(resource.manifest, 'spec', rules)).entries())
        for (const [nth, peer] of list(dig(rule, peers)).entries())
          add(peer, ['spec', rules, index, peers, nth], 'podSelector', 'namespaceSelector');
  for (const pod of podsOf(resource)) {
    if (!absent(pod.spec.topologySpreadConstraints))
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
