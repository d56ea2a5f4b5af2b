import {
  type Json,
  type JsonMap,
  type Path,
  type Resource,
  absent,
  defineCheck,
  dig,
  isKind,
  isMap,
  labelOf,
  podsOf,
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
  *run(resource) {
    for (const { labels, at } of labelMaps(resource))
      for (const [key, value] of Object.entries(labels)) {
        const fault = faultOf(value);
        if (fault !== undefined)
          yield { at: [...at, key], message: `${labelOf(resource)}: the value of the label ${key} ${fault}.` };
      }
  },
});

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
function faultOf(value: Json): string | undefined {
  if (absent(value)) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return `is a ${typeof value} and not a string: quote it`;
  if (typeof value !== 'string') return 'is not a string';
  if (value.length > 63) return 'is longer than 63 characters';
  if (value === '' || /^[A-Za-z\d](?:[\w.-]*[A-Za-z\d])?$/.test(value)) return undefined;
  return 'may only have letters, digits, "-", "_" and ".", and a letter or digit at both ends';
}

function labelMaps(resource: Resource): { labels: JsonMap; at: Path }[] {
  const places: Path[] = [['metadata', 'labels']];
  for (const pod of podsOf(resource)) if (pod.metadataPath.length > 1) places.push([...pod.metadataPath, 'labels']);
  if (isKind(resource, plainSelectors)) places.push(['spec', 'selector']);
  if (isKind(resource, labelSelectors)) places.push(['spec', 'selector', 'matchLabels']);
  if (isKind(resource, ['NetworkPolicy.networking.k8s.io'])) places.push(['spec', 'podSelector', 'matchLabels']);
  return places.flatMap((at) => {
    const labels = dig(resource.manifest, ...at);
    return isMap(labels) ? [{ labels, at }] : [];
  });
}

const plainSelectors = ['Service', 'ReplicationController', 'DeploymentConfig.apps.openshift.io'];
const labelSelectors = [
  ...['Deployment.apps', 'StatefulSet.apps', 'DaemonSet.apps', 'ReplicaSet.apps', 'Job.batch', 'Rollout.argoproj.io'],
  ...['PodDisruptionBudget.policy', 'PersistentVolumeClaim', 'ServiceMonitor.monitoring.coreos.com'],
  'PodMonitor.monitoring.coreos.com',
];
