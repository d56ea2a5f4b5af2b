import { and, defineCheck, type Gathered, imagesOf, tagVersion } from '../src/check.ts';

export default defineCheck({
  id: 'end-of-life-component',
  title: 'Component is end of life',
  category: 'supply-chain',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: 'Nobody mends the holes that are found in it from now on.',
  remedy: 'Migrate to a maintained replacement.',
  standards: { nsa: ['Upgrading and application security practices'], mitre: ['T1190'] },
  peers: { kubescape: ['C-0292'] },
  run(pod) {
    let violations: Gathered;
    for (const { image, at, who } of imagesOf(pod)) {
      if (!anyComponent.test(image.repository)) continue;
      const version = tagVersion(image.tag);
      const ended = components.find(
        ({ repository, below }) =>
          repository.test(image.repository) && (below === undefined || (version !== undefined && version[0] < below)),
      );
      const major = ended?.below === undefined ? '' : ` ${version?.[0] ?? 0}`;
      if (ended !== undefined)
        violations = and(violations, {
          at,
          message: `${who} runs ${ended.name}${major}, which is no longer maintained.`,
        });
    }
    return violations;
  },
});

/** As of August 2026. `below`: only versions under that major one. */
const components: readonly { name: string; repository: RegExp; below?: number }[] = [
  // https://kubernetes.io/blog/2025/11/11/ingress-nginx-retirement/
  {
    name: 'ingress-nginx',
    repository: /\/(?:ingress-nginx\/controller|ingress-nginx-controller|nginx-ingress-controller)[^/]*$/,
  },
  {
    name: 'Kubernetes Dashboard',
    repository: /\/kubernetesui\/dashboard$|\/kubernetes-dashboard(?:-(?:amd64|arm64|arm|ppc64le|s390x))?$/,
    below: 3,
  },
  { name: 'Weave Net', repository: /\/weaveworks\/(?:weave-kube|weave-npc|weave)$/ },
  { name: 'kube-state-metrics', repository: /\/kube-state-metrics$/, below: 2 },
  { name: 'Heapster', repository: /\/heapster(?:-amd64)?$/ },
  { name: 'Promtail', repository: /\/grafana\/promtail$/ },
  { name: 'Grafana Agent', repository: /\/grafana\/agent$/ },
  { name: 'Flux 1', repository: /\/fluxcd\/(?:flux|helm-operator)$/ },
  { name: 'kube-lego', repository: /\/jetstack\/kube-lego$/ },
];

/** One look instead of one a component: hardly any image is one of them. */
const anyComponent = new RegExp(components.map(({ repository }) => repository.source).join('|'));
