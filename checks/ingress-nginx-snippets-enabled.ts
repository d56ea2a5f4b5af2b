import {
  absent,
  annotationsOf,
  commandItems,
  type ContainerSubject,
  defineCheck,
  type Fix,
  labelOf,
  labelValue,
  map,
  str,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'ingress-nginx-snippets-enabled',
  title: 'ingress-nginx allows snippet annotations',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: "With the switch on, whoever may write an Ingress writes proxy configuration and reaches the controller's token and the Secrets it may read.",
  remedy: 'Set allow-snippet-annotations to "false".',
  standards: { nsa: ['Upgrading and application security practices'], mitre: ['T1552'] },
  peers: { kubescape: ['C-0059'], kyverno: ['nginx-ingress/disallow-ingress-nginx-custom-snippets'] },
  *run(set) {
    const configMaps = set.ofKind('ConfigMap');
    if (configMaps.length === 0) return;
    const referenced = configMapsOfControllers(set);
    const old = set.pods.some((pod) => pod.containers.some((container) => isOld(container)));
    const inUse = set
      .ofKind('Ingress.networking.k8s.io')
      .some((one) => annotationsOf(one).some(({ key }) => /^nginx\.ingress\.kubernetes\.io\/.*-snippet$/.test(key)));
    for (const resource of configMaps) {
      if (!controllerName.test(resource.name) && !referenced.has(resource.name)) continue;
      const data = map(resource.manifest.data);
      const at = ['data', 'allow-snippet-annotations'];
      const fix: Fix | undefined = inUse
        ? undefined
        : {
            description: 'Set allow-snippet-annotations to "false".',
            edits: [{ op: 'set', path: at, value: 'false' }],
          };
      const allowed = data['allow-snippet-annotations'];
      if (labelValue(allowed) === 'true')
        yield { resource, at, message: `${labelOf(resource)} lets every Ingress write proxy configuration.`, fix };
      else if (absent(allowed) && old)
        yield {
          resource,
          at,
          message: `${labelOf(resource)} does not forbid snippets, which controllers before 1.9 allow.`,
          fix,
        };
      if (labelValue(data['annotations-risk-level']).toLowerCase() === 'critical')
        yield {
          resource,
          at: ['data', 'annotations-risk-level'],
          message: `${labelOf(resource)} accepts annotations of critical risk.`,
        };
      if (labelValue(data['strict-validate-path-type']) === 'false')
        yield {
          resource,
          at: ['data', 'strict-validate-path-type'],
          message: `${labelOf(resource)} does not validate the paths of Ingresses.`,
        };
    }
  },
});

const controllerName = /(?:^|-)(?:ingress-nginx-controller|nginx-configuration)$/;

/** Names that controllers of the set are given with --configmap. */
function configMapsOfControllers(set: WorkloadSet): Set<string> {
  const names = new Set<string>();
  for (const pod of set.pods)
    for (const container of pod.containers) {
      if (!isController(container)) continue;
      const words = commandItems(container).map(({ text }) => text);
      for (const [index, word] of words.entries()) {
        const value = word === '--configmap' ? words[index + 1] : /^--configmap=(.*)$/.exec(word)?.[1];
        const name = value?.slice(value.lastIndexOf('/') + 1) ?? '';
        if (name !== '') names.add(name);
      }
    }
  return names;
}

function isController(container: ContainerSubject): boolean {
  return (str(container.spec.image) ?? '').includes('nginx');
}

/** A controller before 1.9, the first that forbids snippets by default. */
function isOld(container: ContainerSubject): boolean {
  const image = str(container.spec.image) ?? '';
  const version = /(?:ingress-nginx\/controller|nginx-ingress-controller)[^:]*:v?(\d+)\.(\d+)\b/.exec(image);
  return version !== null && Number(version[1]) * 1000 + Number(version[2]) < 1009;
}
