import type { Resource } from '../model.ts';
import type { PodSubject } from './pod.ts';
import { bindingsOf, boundRole, type BindingSubject, type RoleSubject } from './rbac.ts';
import { perSet, type WorkloadSet } from './set.ts';
import { dig, list, str } from './values.ts';

/** The name of the service account a pod runs as: `default` when it names none. */
export function accountOf(pod: PodSubject): string {
  for (const field of ['serviceAccountName', 'serviceAccount']) {
    const name = str(pod.spec[field]) ?? '';
    if (name !== '') return name;
  }
  return 'default';
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

/** Whether the pod mounts a token by a projected volume of its own. */
export function projectsToken(pod: PodSubject): boolean {
  return list(pod.spec.volumes).some((volume) =>
    list(dig(volume, 'projected', 'sources')).some((source) => dig(source, 'serviceAccountToken') !== undefined),
  );
}

const bindingsByAccount = perSet((set) => {
  const found = new Map<string, Set<BindingSubject>>();
  for (const binding of bindingsOf(set))
    for (const { kind, namespace, name } of binding.subjects) {
      if (kind !== 'ServiceAccount') continue;
      const key = JSON.stringify([namespace, name]);
      const there = found.get(key);
      if (there === undefined) found.set(key, new Set([binding]));
      else there.add(binding);
    }
  return found;
});

/** The bindings that name the pod's service account. */
export function bindingsOfPod(pod: PodSubject, set: WorkloadSet): BindingSubject[] {
  return [...(bindingsByAccount(set).get(JSON.stringify([pod.resource.namespace, accountOf(pod)])) ?? [])];
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
