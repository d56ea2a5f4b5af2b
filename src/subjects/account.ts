import type { Resource } from '../model.ts';
import type { PodSubject } from './pod.ts';
import { bindingsOf, boundRole, type BindingSubject, type RoleSubject } from './rbac.ts';
import type { WorkloadSet } from './set.ts';
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
  const name = accountOf(pod);
  return set
    .ofKind('ServiceAccount')
    .find((account) => account.name === name && account.namespace === pod.resource.namespace);
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

/** The bindings that name the pod's service account. */
export function bindingsOfPod(pod: PodSubject, set: WorkloadSet): BindingSubject[] {
  const name = accountOf(pod);
  return bindingsOf(set).filter((binding) =>
    binding.subjects.some(
      (subject) =>
        subject.kind === 'ServiceAccount' && subject.name === name && subject.namespace === pod.resource.namespace,
    ),
  );
}

/** What a pod may do with its token: each binding of its account with the role it gives, as far as the set holds it. */
export function rolesOfPod(pod: PodSubject, set: WorkloadSet): { binding: BindingSubject; role?: RoleSubject }[] {
  return bindingsOfPod(pod, set).map((binding) => {
    const role = boundRole(binding, set);
    return role === undefined ? { binding } : { binding, role };
  });
}
