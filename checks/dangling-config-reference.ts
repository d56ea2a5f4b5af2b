import {
  type Json,
  type Path,
  type PodSubject,
  type Resource,
  type WorkloadSet,
  annotationsOf,
  defineCheck,
  dig,
  externalOption,
  isExternal,
  labelOf,
  list,
  map,
  perSet,
  str,
  strings,
  unlessPartial,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'dangling-config-reference',
  title: 'Referenced ConfigMap, Secret or key does not exist',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'The container does not start: it waits for an object or a key that is not there.',
  remedy: 'Add the object or correct the name.',
  peers: { 'kube-linter': ['env-value-from'], monokle: ['LNK001', 'LNK002'] },
  options: externalOption,
  *run(set, { options }) {
    const produced = producedNames(set);
    for (const { resource, at, kind, name, keys } of references(set)) {
      if (isExternal(options, resource.namespace, name)) continue;
      if (kind === 'ConfigMap' && alwaysThere.has(name)) continue;
      const found = set.find(kind, resource.namespace, name);
      if (kind === 'Secret' && produced.has(JSON.stringify([resource.namespace, name]))) continue;
      if (found.length === 0)
        yield {
          resource,
          at,
          message: `${labelOf(resource)} needs ${kind} "${name}", which is not there${whereIn(resource.namespace)}.`,
          ...unlessPartial(set),
        };
      else
        for (const key of keys)
          if (!found.some((one) => hasKey(one, key)))
            yield {
              resource,
              at,
              message: `${labelOf(resource)} needs the key ${key} of ${kind} "${name}", which has none of that name.`,
            };
    }
  },
});

/** ConfigMaps that the cluster itself puts into every namespace. */
const alwaysThere = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt']);

interface Reference {
  resource: Resource;
  at: Path;
  kind: 'ConfigMap' | 'Secret' | 'PersistentVolumeClaim';
  name: string;
  keys: readonly string[];
}

function* references(set: WorkloadSet): Generator<Reference> {
  for (const pod of set.pods) yield* ofPod(pod);
  for (const resource of set.ofKind('Ingress.networking.k8s.io')) {
    // cert-manager makes the certificates of Ingresses that ask for it.
    if (
      annotationsOf(resource).some(({ key }) =>
        /^(?:cert-manager\.io\/(?:cluster-)?issuer|kubernetes\.io\/tls-acme)$/.test(key),
      )
    )
      continue;
    for (const [index, entry] of list(dig(resource.manifest, 'spec', 'tls')).entries())
      yield* one(resource, 'Secret', entry, 'secretName', ['spec', 'tls', index], []);
  }
}

function* ofPod(pod: PodSubject): Generator<Reference> {
  const { resource, path } = pod;
  for (const container of pod.containers) {
    for (const [index, entry] of list(container.spec.env).entries()) {
      const at = [...container.path, 'env', index, 'valueFrom'];
      for (const [field, kind] of [
        ['configMapKeyRef', 'ConfigMap'],
        ['secretKeyRef', 'Secret'],
      ] as const) {
        const ref = dig(entry, 'valueFrom', field);
        yield* one(resource, kind, ref, 'name', [...at, field], strings([dig(ref, 'key') ?? null]));
      }
    }
    for (const [index, entry] of list(container.spec.envFrom).entries()) {
      const at = [...container.path, 'envFrom', index];
      yield* one(resource, 'ConfigMap', dig(entry, 'configMapRef'), 'name', [...at, 'configMapRef'], []);
      yield* one(resource, 'Secret', dig(entry, 'secretRef'), 'name', [...at, 'secretRef'], []);
    }
  }
  for (const [index, volume] of list(pod.spec.volumes).entries()) {
    const at = [...path, 'volumes', index];
    yield* one(
      resource,
      'ConfigMap',
      dig(volume, 'configMap'),
      'name',
      [...at, 'configMap'],
      itemKeys(dig(volume, 'configMap')),
    );
    yield* one(
      resource,
      'Secret',
      dig(volume, 'secret'),
      'secretName',
      [...at, 'secret'],
      itemKeys(dig(volume, 'secret')),
    );
    yield* one(
      resource,
      'PersistentVolumeClaim',
      dig(volume, 'persistentVolumeClaim'),
      'claimName',
      [...at, 'persistentVolumeClaim'],
      [],
    );
    for (const [position, source] of list(dig(volume, 'projected', 'sources')).entries()) {
      const inside = [...at, 'projected', 'sources', position];
      yield* one(
        resource,
        'ConfigMap',
        dig(source, 'configMap'),
        'name',
        [...inside, 'configMap'],
        itemKeys(dig(source, 'configMap')),
      );
      yield* one(
        resource,
        'Secret',
        dig(source, 'secret'),
        'name',
        [...inside, 'secret'],
        itemKeys(dig(source, 'secret')),
      );
    }
  }
  for (const [index, ref] of list(pod.spec.imagePullSecrets).entries())
    yield* one(resource, 'Secret', ref, 'name', [...path, 'imagePullSecrets', index], []);
}

function itemKeys(source: Json | undefined): string[] {
  return list(dig(source, 'items')).flatMap((item) => str(dig(item, 'key')) ?? []);
}

function* one(
  resource: Resource,
  kind: Reference['kind'],
  ref: Json | undefined,
  field: string,
  at: Path,
  keys: readonly string[],
): Generator<Reference> {
  const name = str(dig(ref, field)) ?? '';
  if (name !== '' && dig(ref, 'optional') !== true) yield { resource, at: [...at, field], kind, name, keys };
}

/** Secrets that objects of the set make in the cluster. */
const producedNames = perSet((set) => {
  const names = new Set<string>();
  const keep = (resource: Resource, ...candidates: (Json | undefined)[]): void => {
    const name = candidates.find((one) => typeof one === 'string' && one !== '');
    if (typeof name === 'string') names.add(JSON.stringify([resource.namespace, name]));
  };
  for (const one of set.ofKind('SealedSecret.bitnami.com'))
    keep(one, dig(one.manifest, 'spec', 'template', 'metadata', 'name'), one.name);
  for (const one of set.ofKind('ExternalSecret.external-secrets.io'))
    keep(one, dig(one.manifest, 'spec', 'target', 'name'), one.name);
  for (const one of set.ofKind('Certificate.cert-manager.io')) keep(one, dig(one.manifest, 'spec', 'secretName'));
  for (const one of set.ofKind('SecretProviderClass.secrets-store.csi.x-k8s.io'))
    for (const secret of list(dig(one.manifest, 'spec', 'secretObjects'))) keep(one, dig(secret, 'secretName'));
  return names;
});

/** Keys of claims mean nothing; those of the others stand in one of their data fields. */
function hasKey(resource: Resource, key: string): boolean {
  return ['data', 'stringData', 'binaryData'].some((field) => Object.hasOwn(map(resource.manifest[field]), key));
}
