import { defineCheck, dig, list, podLabel, str, unlessPartial, volumesOf, type PodSubject } from '../src/check.ts';

export default defineCheck({
  id: 'external-secret-store-unused',
  title: 'Workload does not use an external secret store',
  category: 'secrets',
  severity: 'info',
  default: 'off',
  on: 'workloads',
  why: 'A Secret that no store stands behind is kept, rotated and handed out by hand, and lies readable in the cluster database.',
  remedy: 'Sync secrets from a vault.',
  standards: { nsa: ['Network separation and hardening: Secrets'], cis: ['5.4.2'], mitre: ['T1552'] },
  peers: { kubescape: ['C-0234'] },
  *run(set) {
    const produced = new Set(
      set.ofKind(...producers).map((resource) => {
        const target = ['spec', 'target', 'name'];
        const destination = ['spec', 'destination', 'name'];
        const name = str(dig(resource.manifest, ...target)) ?? str(dig(resource.manifest, ...destination));
        return `${resource.namespace}/${name ?? resource.name}`;
      }),
    );
    for (const pod of set.pods) {
      if (
        volumesOf(pod).some(
          (volume) => dig(volume.spec, 'csi', 'volumeAttributes', 'secretProviderClass') !== undefined,
        )
      )
        continue;
      const loose = [...secretsOf(pod)].filter((name) => !produced.has(`${pod.resource.namespace}/${name}`));
      if (loose.length > 0)
        yield {
          resource: pod.resource,
          at: pod.path,
          message: `${podLabel(pod)} uses Secrets that no external store writes: ${loose.slice(0, 3).join(', ')}.`,
          ...unlessPartial(set),
        };
    }
  },
});

const producers = [
  ...['ExternalSecret.external-secrets.io', 'SealedSecret.bitnami.com', 'VaultStaticSecret.secrets.hashicorp.com'],
  ...[
    'VaultDynamicSecret.secrets.hashicorp.com',
    'VaultPKISecret.secrets.hashicorp.com',
    'OnePasswordItem.onepassword.com',
  ],
];

/** Names of the Secrets a pod reads, once each. */
function secretsOf(pod: PodSubject): Set<string> {
  const names = [
    ...pod.containers.flatMap(({ spec }) => [
      ...list(spec.env).map((item) => dig(item, 'valueFrom', 'secretKeyRef', 'name')),
      ...list(spec.envFrom).map((item) => dig(item, 'secretRef', 'name')),
    ]),
    ...volumesOf(pod).flatMap((volume) => [
      dig(volume.spec, 'secret', 'secretName'),
      ...list(dig(volume.spec, 'projected', 'sources')).map((source) => dig(source, 'secret', 'name')),
    ]),
  ];
  return new Set(names.flatMap((name) => str(name) ?? []));
}
