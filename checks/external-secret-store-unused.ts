import {
  defineCheck,
  dig,
  type Json,
  list,
  ownerLabel,
  type PodSubject,
  str,
  unlessPartial,
  volumesOf,
} from '../src/check.ts';

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
        const name = names.map((path) => str(dig(resource.manifest, 'spec', ...path))).find((one) => one !== undefined);
        // It writes to the namespaces that it selects.
        const namespace = resource.kind === 'ClusterExternalSecret' ? '*' : resource.namespace;
        return `${namespace}/${name ?? resource.name}`;
      }),
    );
    const classes = new Set<string>();
    for (const { namespace, name, manifest } of set.ofKind('SecretProviderClass.secrets-store.csi.x-k8s.io')) {
      classes.add(`${namespace}/${name}`);
      for (const object of list(dig(manifest, 'spec', 'secretObjects')))
        produced.add(`${namespace}/${str(dig(object, 'secretName')) ?? ''}`);
    }
    for (const pod of set.pods) {
      // A class that is elsewhere may write any Secret.
      const isElsewhere = volumesOf(pod).some(({ spec }) => {
        const name = dig(spec, 'csi', 'volumeAttributes', 'secretProviderClass');
        return name !== undefined && !classes.has(`${pod.resource.namespace}/${str(name) ?? ''}`);
      });
      if (isElsewhere) continue;
      const used = secretsOf(pod);
      if (used.size === 0) continue;
      const loose = [...used].filter(
        (name) => !produced.has(`${pod.resource.namespace}/${name}`) && !produced.has(`*/${name}`),
      );
      if (loose.length > 0)
        yield {
          resource: pod.resource,
          at: pod.path,
          message: `${ownerLabel(pod)} uses Secrets that no external store writes: ${loose.slice(0, 3).join(', ')}.`,
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
  ...['ClusterExternalSecret.external-secrets.io', 'ExternalSecret.kubernetes-client.io'],
  ...['InfisicalSecret.secrets.infisical.com', 'DopplerSecret.secrets.doppler.com'],
];

/** Where they name the Secret they write, below spec; else it has their own name. */
const names = [
  ['target', 'name'],
  ['destination', 'name'],
  ['externalSecretSpec', 'target', 'name'],
  ['externalSecretName'],
  ['managedSecretReference', 'secretName'],
  ['managedSecret', 'name'],
];

/** Names of the Secrets a pod reads, once each. */
function secretsOf(pod: PodSubject): ReadonlySet<string> {
  let names: Set<string> | undefined;
  const add = (name: Json | undefined): void => {
    if (typeof name === 'string') (names ??= new Set<string>()).add(name);
  };
  for (const { spec } of pod.containers) {
    for (const item of list(spec.env)) add(dig(item, 'valueFrom', 'secretKeyRef', 'name'));
    for (const item of list(spec.envFrom)) add(dig(item, 'secretRef', 'name'));
  }
  for (const { spec } of volumesOf(pod)) {
    add(dig(spec, 'secret', 'secretName'));
    for (const source of list(dig(spec, 'projected', 'sources'))) add(dig(source, 'secret', 'name'));
  }
  return names ?? nothing;
}

const nothing: ReadonlySet<string> = new Set<string>();
