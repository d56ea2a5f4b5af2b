import {
  annotationsOf,
  below,
  commandItems,
  defineCheck,
  dig,
  externalOption,
  isExternal,
  isLeftOpen,
  isMap,
  type Json,
  type JsonMap,
  labelOf,
  list,
  map,
  type Path,
  perSet,
  type PodSubject,
  type Resource,
  str,
  unlessHidden,
  volumesOf,
  whereIn,
  type WorkloadSet,
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
    for (const { resource, at, kind, name, keys } of references(set)) {
      if (isExternal(options, resource.namespace, name) || isLeftOpen(resource, name)) continue;
      if (kind === 'ConfigMap' && alwaysThere.has(name)) continue;
      const found = set.find(kind, resource.namespace, name);
      if (kind === 'PersistentVolumeClaim' && isOfStatefulSet(set, resource.namespace, name)) continue;
      if (kind === 'Secret' && isProduced(set, resource.namespace, name)) continue;
      if (found.length === 0 && kind === 'Secret' && madeByCommand(set).has(JSON.stringify([resource.namespace, name])))
        continue;
      if (found.length === 0)
        yield {
          resource,
          at,
          message: `${labelOf(resource)} needs ${kind} "${name}", which is not there${whereIn(resource.namespace)}.`,
          ...(kind === 'Secret' && !keepsSecrets(set).has(resource.namespace)
            ? { severity: 'info' }
            : unlessHidden(set)),
        };
      else
        for (const key of keys)
          if (!found.some((one) => hasKey(one, key)) && !isLeftOpen(resource, key))
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
    for (const [index, entry] of list(dig(resource.manifest, 'spec', 'tls')).entries()) {
      const name = str(dig(entry, 'secretName')) ?? '';
      if (name !== '') yield { resource, at: ['spec', 'tls', index, 'secretName'], kind: 'Secret', name, keys: [] };
    }
  }
}

/** A field that refers to an object, and the field below it that holds the name. */
type Form = readonly [field: string, kind: Reference['kind'], name: string];
const inVariable: readonly Form[] = [
  ['configMapKeyRef', 'ConfigMap', 'name'],
  ['secretKeyRef', 'Secret', 'name'],
];
const inVariables: readonly Form[] = [
  ['configMapRef', 'ConfigMap', 'name'],
  ['secretRef', 'Secret', 'name'],
];
const inSource: readonly Form[] = [
  ['configMap', 'ConfigMap', 'name'],
  ['secret', 'Secret', 'name'],
];
const inVolume: readonly Form[] = [
  ['configMap', 'ConfigMap', 'name'],
  ['secret', 'Secret', 'secretName'],
  ['persistentVolumeClaim', 'PersistentVolumeClaim', 'claimName'],
];

function ofPod(pod: PodSubject): Reference[] {
  const { resource } = pod;
  const found: Reference[] = [];
  for (const { spec: container, path: at } of pod.containers) {
    for (const [index, entry] of list(container.env).entries()) {
      const from = dig(entry, 'valueFrom');
      if (isMap(from)) addNamed(resource, from, below(at, 'env', index, 'valueFrom'), inVariable, found);
    }
    for (const [index, entry] of list(container.envFrom).entries())
      if (isMap(entry)) addNamed(resource, entry, below(at, 'envFrom', index), inVariables, found);
  }
  for (const { spec: volume, path: at } of volumesOf(pod)) {
    addNamed(resource, volume, at, inVolume, found);
    for (const [index, source] of list(dig(volume, 'projected', 'sources')).entries())
      if (isMap(source)) addNamed(resource, source, below(at, 'projected', 'sources', index), inSource, found);
  }
  for (const [index, ref] of list(pod.spec.imagePullSecrets).entries()) {
    const name = str(dig(ref, 'name')) ?? '';
    const at = pod.at('imagePullSecrets', index, 'name');
    if (name !== '') found.push({ resource, at, kind: 'Secret', name, keys: [] });
  }
  return found;
}

/** What `holder` names in one of the forms. An optional object may be missing. */
function addNamed(resource: Resource, holder: JsonMap, at: Path, forms: readonly Form[], found: Reference[]): void {
  for (const [field, kind, nameField] of forms) {
    const ref = holder[field];
    if (!isMap(ref) || ref.optional === true) continue;
    const name = str(ref[nameField]) ?? '';
    if (name === '') continue;
    const keys = [str(ref.key), ...list(ref.items).map((item) => str(dig(item, 'key')))];
    found.push({
      resource,
      at: below(at, field, nameField),
      kind,
      name,
      keys: keys.filter((key) => key !== undefined),
    });
  }
}

function isProduced(set: WorkloadSet, namespace: string, name: string): boolean {
  const { beyond } = set;
  const key = JSON.stringify([namespace, name]);
  if (producers(set).has(key)) return true;
  return beyond !== undefined && (producers(beyond.all).get(key) ?? []).some((one) => beyond.meets(one));
}

/** Whether a StatefulSet makes the claim, as it does one of each of its templates for each of its pods. */
function isOfStatefulSet(set: WorkloadSet, namespace: string, name: string): boolean {
  const stem = /^(.+)-\d+$/.exec(name)?.[1];
  if (stem === undefined) return false;
  const { beyond } = set;
  const key = JSON.stringify([namespace, stem]);
  if (claimTemplates(set).has(key)) return true;
  return beyond !== undefined && (claimTemplates(beyond.all).get(key) ?? []).some((one) => beyond.meets(one));
}

/** StatefulSets by their namespace and the names of their claims without the number of the pod. */
const claimTemplates = perSet((set) => {
  const stems = new Map<string, Resource[]>();
  for (const one of set.ofKind('StatefulSet.apps'))
    for (const template of list(dig(one.manifest, 'spec', 'volumeClaimTemplates'))) {
      const key = JSON.stringify([one.namespace, `${str(dig(template, 'metadata', 'name')) ?? ''}-${one.name}`]);
      const there = stems.get(key);
      if (there === undefined) stems.set(key, [one]);
      else there.push(one);
    }
  return stems;
});

/** Namespaces whose Secrets are with the manifests; all others get theirs from elsewhere, as most do, and none is missed. */
const keepsSecrets = perSet((set) => new Set(set.ofKind(...secretKinds).map(({ namespace }) => namespace)));

const secretKinds = ['Secret', 'SealedSecret.bitnami.com', 'ExternalSecret.external-secrets.io'];

/** What makes Secrets in the cluster, by the namespace and name of the Secret. */
const producers = perSet((set) => {
  const names = new Map<string, Resource[]>();
  const keep = (resource: Resource, ...candidates: (Json | undefined)[]): void => {
    const name = candidates.find((one) => typeof one === 'string' && one !== '');
    if (typeof name !== 'string') return;
    const key = JSON.stringify([resource.namespace, name]);
    const there = names.get(key);
    if (there === undefined) names.set(key, [resource]);
    else there.push(resource);
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

/**
 * Secrets that a command of the set makes, by namespace and name: the certificate of a webhook, as kube-webhook-certgen is told
 * to, and the password of Argo CD's Redis. Only what is missed is looked for here.
 */
const madeByCommand = perSet((set) => {
  const made = new Set<string>();
  for (const { resource, containers } of set.pods)
    for (const container of containers)
      for (const { text } of commandItems(container)) {
        const name = text === 'redis-initial-password' ? 'argocd-redis' : /^--secret-name=(\S+)$/.exec(text)?.[1];
        if (name !== undefined) made.add(JSON.stringify([resource.namespace, name]));
      }
  return made;
});

/**
 * Keys of claims mean nothing; those of the others stand in one of their data fields. What has no data at all is filled in
 * the cluster: the token of a service account, the certificates that OpenShift puts into labelled ConfigMaps.
 */
function hasKey(resource: Resource, key: string): boolean {
  const written = dataFields
    .map((field) => map(resource.manifest[field]))
    .filter((data) => Object.keys(data).length > 0);
  return written.length === 0 || written.some((data) => Object.hasOwn(data, key));
}

const dataFields = ['data', 'stringData', 'binaryData'];
