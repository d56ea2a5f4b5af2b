import { accountAt, and, defineCheck, type Gathered, isAdministrator, tokenRights } from '../src/check.ts';

export default defineCheck({
  id: 'workload-admin-service-account',
  title: 'Workload token is administrator',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: 'Whoever takes this process over holds a token that may do anything in what the binding covers.',
  remedy: 'Replace with a least privilege role.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.1'],
    mitre: ['T1098.006'],
  },
  peers: { kubescape: ['C-0272'] },
  run(pod, context) {
    let found: Gathered;
    for (const right of tokenRights(pod, context.set, isAdministrator))
      found = and(found, {
        at: accountAt(pod),
        message: `The pod holds the token of service account "${right.account}", which ${right.binding} makes administrator${right.cluster ? '' : ' of its namespace'}.`,
        about: 'token',
      });
    return found;
  },
});
