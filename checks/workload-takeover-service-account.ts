import {
  accountAt,
  allowsTakeover,
  and,
  defineCheck,
  type Gathered,
  isAdministrator,
  tokenRights,
} from '../src/check.ts';

export default defineCheck({
  id: 'workload-takeover-service-account',
  title: 'Workload token allows cluster takeover',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: 'Whoever takes this process over can use its token to start pods, read Secrets or give itself more rights.',
  remedy: 'Narrow the role or unmount the token.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098.006', 'T1528'] },
  peers: { kubescape: ['C-0267'] },
  suppressedBy: ['workload-admin-service-account'],
  run(pod, context) {
    let found: Gathered;
    for (const right of tokenRights(
      pod,
      context.set,
      (role, name) => allowsTakeover(role, name) && !isAdministrator(role, name),
    ))
      found = and(found, {
        at: accountAt(pod),
        message: `The pod holds the token of service account "${right.account}", which can take over more through role "${right.role}" (${right.binding}).`,
        about: 'token',
        ...(right.cluster ? {} : { severity: 'medium' }),
      });
    return found;
  },
});
