import {
  and,
  below,
  commandText,
  defineCheck,
  dig,
  type Gathered,
  groupOf,
  imagesOf,
  map,
  ownerLabel,
  podsOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'tiller-deployed',
  title: 'Helm v2 Tiller is present',
  category: 'workload-hardening',
  severity: 'critical',
  default: 'on',
  on: 'resource',
  kinds: ['Workload', 'Service'],
  why: 'Tiller, the server of Helm 2, does whatever it is asked by anyone who reaches its port, usually as cluster administrator.',
  remedy: 'Migrate to Helm 3 and delete Tiller.',
  standards: { nsa: ['Upgrading and application security practices'], mitre: ['T1610', 'T1133'] },
  peers: {
    checkov: ['CKV_K8S_34', 'CKV_K8S_44', 'CKV_K8S_45'],
    trivy: ['KSV-0102'],
    kyverno: ['best-practices/disallow-helm-tiller'],
  },
  run(resource) {
    const { name, kind } = resource;
    let violations: Gathered;
    if (kind === 'Service') {
      const values = [
        ...Object.entries(map(dig(resource.manifest, 'metadata', 'labels'))).map(([key, value]) => ({
          at: ['metadata', 'labels', key],
          value,
        })),
        ...Object.entries(map(dig(resource.manifest, 'spec', 'selector'))).map(([key, value]) => ({
          at: ['spec', 'selector', key],
          value,
        })),
        { at: ['metadata', 'name'], value: name },
      ];
      const found = values.find(({ value }) => value === 'tiller' || value === 'tiller-deploy');
      if (found !== undefined && groupOf(resource.apiVersion) === '')
        violations = and(violations, {
          at: found.at,
          message: `Service "${name}" leads to Tiller, the server of Helm 2.`,
        });
    }
    for (const pod of podsOf(resource)) {
      const image = imagesOf(pod).find((used) => /(?:^|[^a-z])tiller/.test(used.image.path));
      const at =
        image?.at ??
        (dig(pod.metadata, 'labels', 'app') === 'helm'
          ? below(pod.metadataPath, 'labels', 'app')
          : dig(pod.metadata, 'labels', 'name') === 'tiller'
            ? below(pod.metadataPath, 'labels', 'name')
            : name.startsWith('tiller')
              ? ['metadata', 'name']
              : undefined);
      if (at === undefined) continue;
      const servers = image?.container === undefined ? pod.containers : [image.container];
      const local = servers.some((server) => /--listen[= ](localhost|127\.|\[::1\])/.test(commandText(server)));
      violations = and(violations, {
        at,
        message: `${ownerLabel(pod)} runs Tiller, the server of Helm 2${local ? '' : '; every pod of the cluster can reach it'}.`,
      });
    }
    return violations;
  },
});
