import {
  absent,
  defineCheck,
  dig,
  equalitySelector,
  groupBy,
  type Json,
  labelOf,
  list,
  map,
  meshRootNamespace,
  meshSelector,
  perSet,
  podLabels,
  type Resource,
  selects,
  str,
  unlessPartial,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'request-authentication-without-authorization',
  title: 'JWT validation without an authorization policy',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'A token is checked when there is one; a request without any token is let in.',
  remedy: 'Add an AuthorizationPolicy that requires a request principal.',
  standards: { nsa: ['Authentication and authorization: authentication'], mitre: ['T1190'] },
  *run(set) {
    for (const resource of set.ofKind('RequestAuthentication.security.istio.io')) {
      if (candidates(set, resource).some((policy) => covers(set, policy, resource))) continue;
      yield {
        resource,
        at: ['spec'],
        message: `${labelOf(resource)}: no AuthorizationPolicy asks for the token, so requests without one are let in.`,
        ...unlessPartial(set),
      };
    }
  },
});

/** Policies that ask for a principal, by namespace and by the first label they select. */
const policiesByLabel = perSet((set) =>
  groupBy(
    set.ofKind('AuthorizationPolicy.security.istio.io').filter((policy) => asksForPrincipal(policy)),
    (policy) => JSON.stringify([policy.namespace, Object.entries(meshSelector(policy))[0] ?? []]),
  ),
);

/** Policies that may be for what the authentication is for. */
function candidates(set: WorkloadSet, authentication: Resource): Resource[] {
  const selector = meshSelector(authentication);
  const [pod] = set.podsSelected(authentication.namespace, equalitySelector(selector));
  const labels = [[], ...Object.entries(selector), ...(pod === undefined ? [] : Object.entries(podLabels(pod)))];
  return [authentication.namespace, meshRootNamespace].flatMap((namespace) =>
    labels.flatMap((label) => policiesByLabel(set).get(JSON.stringify([namespace, label])) ?? []),
  );
}

/** Allows only requests with a principal from a token, or denies those without. */
function asksForPrincipal(policy: Resource): boolean {
  const { action, rules } = map(policy.manifest.spec);
  const sources = (rule: Json): Json[] => list(dig(rule, 'from')).map((one) => dig(one, 'source') ?? null);
  if (action === 'DENY')
    return list(rules).some((rule) => sources(rule).some((one) => list(dig(one, 'notRequestPrincipals')).length > 0));
  if (!absent(action) && action !== 'ALLOW') return false;
  return (
    list(rules).length > 0 &&
    list(rules).some(
      (rule) =>
        sources(rule).some((one) => list(dig(one, 'requestPrincipals')).length > 0) ||
        list(dig(rule, 'when')).some((one) => (str(dig(one, 'key')) ?? '').startsWith('request.auth.')),
    )
  );
}

/** Whether the policy is for all that the authentication is for. */
function covers(set: WorkloadSet, policy: Resource, authentication: Resource): boolean {
  if (policy.namespace !== authentication.namespace && policy.namespace !== meshRootNamespace) return false;
  const refs = dig(policy.manifest, 'spec', 'targetRefs');
  if (!absent(refs)) return JSON.stringify(refs) === JSON.stringify(dig(authentication.manifest, 'spec', 'targetRefs'));
  const wanted = meshSelector(policy);
  const given = meshSelector(authentication);
  if (selects(equalitySelector(wanted), given)) return true;
  const pods = set.podsSelected(authentication.namespace, equalitySelector(given));
  return pods.length > 0 && pods.every((pod) => selects(equalitySelector(wanted), podLabels(pod)));
}
