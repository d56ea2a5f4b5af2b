import { and, below, bindingKinds, bindingOf, defineCheck, type Gathered, isBootstrap, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'system-masters-binding',
  title: 'Binding uses the system:masters group',
  category: 'rbac',
  severity: 'critical',
  default: 'on',
  on: 'resource',
  kinds: bindingKinds,
  why: 'Members of system:masters pass RBAC and webhooks by; nothing limits them and their certificates cannot be revoked.',
  remedy: 'Bind a named group from the identity provider.',
  standards: {
    nsa: ['Authentication and authorization: authentication'],
    cis: ['5.1.7'],
    mitre: ['T1078', 'T1098.006'],
  },
  peers: { trivy: ['KSV-0123'], kubescape: ['C-0246'], kyverno: ['other/restrict-binding-system-groups'] },
  run(resource) {
    const { subjects, role } = bindingOf(resource);
    if (resource.name === 'cluster-admin' && role.name === 'cluster-admin' && isBootstrap(resource)) return;
    let found: Gathered;
    for (const subject of subjects)
      if (subject.kind === 'Group' && subject.name === 'system:masters')
        found = and(found, {
          at: below(subject.path, 'name'),
          message: `${labelOf(resource)} names the group system:masters.`,
        });
    return found;
  },
});
