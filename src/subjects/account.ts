import type { Json, Path, Resource } from '../model.ts';
import type { PodSubject } from './pod.ts';
import { bindingsOf, boundRole, type BindingSubject, type BoundSubject, type RoleSubject } from './rbac.ts';
import { perSet, type WorkloadSet } from './set.ts';
import { dig, isMap, list, str } from './values.ts';

/** The name of the service account a pod runs as: `default` when it names none. */
export function accountOf(pod: PodSubject): string {
  const { serviceAccountName, serviceAccount } = pod.spec;
  return nonEmpty(serviceAccountName) ?? nonEmpty(serviceAccount) ?? 'default';
}

/** Where the object names it, or could. */
export function accountAt(pod: PodSubject): Path {
  const { serviceAccountName, serviceAccount } = pod.spec;
  const old = nonEmpty(serviceAccountName) === undefined && nonEmpty(serviceAccount) !== undefined;
  return pod.at(old ? 'serviceAccount' : 'serviceAccountName');
}

function nonEmpty(value: Json | undefined): string | undefined {
  return str(value) === '' ? undefined : str(value);
}

/** The ServiceAccount object of a pod, when the set holds it. */
export function accountObject(pod: PodSubject, set: WorkloadSet): Resource | undefined {
  return set.find('ServiceAccount', pod.resource.namespace, accountOf(pod))[0];
}

/** Whether the pod gets its account's token: its own field, else that of the account in the set, else yes. */
export function mountsToken(pod: PodSubject, set: WorkloadSet): boolean {
  if (typeof pod.spec.automountServiceAccountToken === 'boolean') return pod.spec.automountServiceAccountToken;
  return accountObject(pod, set)?.manifest.automountServiceAccountToken !== false;
}

/** Whether the pod mounts a token for the API server by a projected volume of its own. */
export function projectsToken(pod: PodSubject): boolean {
  return list(pod.spec.volumes).some((volume) =>
    list(dig(volume, 'projected', 'sources')).some((source) => {
      const token = dig(source, 'serviceAccountToken');
      return isMap(token) && isForServer(str(token.audience) ?? '');
    }),
  );
}

/**
 * Whether the API server may take a token for this audience. It takes those for its issuer, which is a URL, or a plain name where a
 * cluster is old or small; what is for Vault or a cloud opens nothing there. Source: `--api-audiences` and `--service-account-issuer` in
 * https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/.
 */
function isForServer(audience: string): boolean {
  return audience === '' || /^(?:https:\/\/|kubernetes|(?:api|k3s|rke2)$)/.test(audience);
}

const bindingsByAccount = perSet((set) => {
  const found = new Map<string, Set<BindingSubject>>();
  for (const binding of bindingsOf(set))
    for (const subject of binding.subjects) {
      const key = accountKey(subject, binding);
      if (key === undefined) continue;
      const there = found.get(key);
      if (there === undefined) found.set(key, new Set([binding]));
      else there.add(binding);
    }
  return found;
});

/**
 * The account that a subject of a binding is, or the namespace whose accounts it is all of: by kind, or by the name that an
 * account has as a user. The groups that OpenShift lets pull images by a role of its own call no API.
 */
function accountKey({ kind, namespace, name }: BoundSubject, { role }: BindingSubject): string | undefined {
  if (kind === 'ServiceAccount') return JSON.stringify([namespace, name]);
  const [prefix, what, of, account, ...more] = name.split(':');
  if (prefix !== 'system' || of === undefined || more.length > 0) return undefined;
  if (kind === 'User' && what === 'serviceaccount') return JSON.stringify([of, account]);
  if (kind !== 'Group' || what !== 'serviceaccounts' || account !== undefined) return undefined;
  return role.name === 'system:image-puller' ? undefined : JSON.stringify([of]);
}

/** The bindings that name the pod's service account, or all accounts of its namespace. */
export function bindingsOfPod(pod: PodSubject, set: WorkloadSet): BindingSubject[] {
  const known = bindingsByAccount(set);
  const { namespace } = pod.resource;
  const own = known.get(JSON.stringify([namespace, accountOf(pod)])) ?? [];
  const all = known.get(JSON.stringify([namespace]));
  return all === undefined ? [...own] : [...new Set([...own, ...all])];
}

/** Whether some binding names the pod's service account: one of the set, or one beyond it. */
export function isBound(pod: PodSubject, set: WorkloadSet): boolean {
  if (bindingsOfPod(pod, set).length > 0) return true;
  const { beyond } = set;
  return beyond !== undefined && bindingsOfPod(pod, beyond.all).some(({ resource }) => beyond.meets(resource));
}

/** What a pod may do with its token: each binding of its account with the role it gives, as far as the set holds it. */
export function rolesOfPod(pod: PodSubject, set: WorkloadSet): { binding: BindingSubject; role?: RoleSubject }[] {
  return bindingsOfPod(pod, set).map((binding) => {
    const role = boundRole(binding, set);
    return role === undefined ? { binding } : { binding, role };
  });
}
