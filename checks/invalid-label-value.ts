import {
  absent,
  and,
  below,
  canonicalKind,
  defineCheck,
  dig,
  type Gathered,
  isMap,
  type Json,
  type JsonMap,
  labelOf,
  list,
  metadataOf,
  type Path,
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
    for (const { labels, at } of labelMaps(resource))
      for (const key in labels) {
        const fault = faultOf(labels[key]);
        if (fault !== undefined)
          violations = and(violations, {
            at: below(at, key),
            message: `${labelOf(resource)}: the value of the label ${key} ${fault}.`,
          });
      }
    for (const { key, value, at } of wantedValues(resource)) {
      const fault = faultOf(value);
      if (fault !== undefined)
        violations = and(violations, {
          at,
          message: `${labelOf(resource)}: a value that the selector wants of the label ${key} ${fault}.`,
        });
    }
    return violations;
  },
});

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
function faultOf(value: Json | undefined): string | undefined {
  if (absent(value)) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return `is a ${typeof value} and not a string: quote it`;
  if (typeof value !== 'string') return 'is not a string';
  if (value.length > 63) return 'is longer than 63 characters';
  if (value === '' || /^[A-Za-z\d](?:[\w.-]*[A-Za-z\d])?$/.test(value)) return undefined;
  return 'may only have letters, digits, "-", "_" and ".", and a letter or digit at both ends';
}

function labelMaps(resource: Resource): { labels: JsonMap; at: Path }[] {
  const found: { labels: JsonMap; at: Path }[] = [];
  for (const { path, metadata } of metadataOf(resource))
    if (isMap(metadata.labels)) found.push({ labels: metadata.labels, at: below(path, 'labels') });
  const at = selectors.get(canonicalKind(resource));
  const labels = at === undefined ? undefined : dig(resource.manifest, ...at);
  if (at !== undefined && isMap(labels)) found.push({ labels, at });
  return found;
}

/** The values that the expressions of an object's selector name. */
function wantedValues(resource: Resource): readonly { key: string; value: Json; at: Path }[] {
  const path = expressions.get(canonicalKind(resource));
  if (path === undefined) return noValues;
  const wanted = list(dig(resource.manifest, ...path));
  if (wanted.length === 0) return noValues;
  return wanted.flatMap((expression, index) =>
    list(dig(expression, 'values')).map((value, nth) => ({
      key: str(dig(expression, 'key')) ?? '',
      value,
      at: below(path, index, 'values', nth),
    })),
  );
}

const noValues: readonly never[] = [];

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
