import { and, below, bindingKinds, bindingOf, defineCheck, type Gathered, isBootstrap, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'anonymous-binding',
  title: 'Anonymous or unauthenticated subjects get permissions',
  category: 'rbac',
  severity: 'critical',
  default: 'on',
  on: 'resource',
  kinds: bindingKinds,
  why: 'Anyone who reaches the API server has these rights, without logging in.',
  remedy: 'Remove the subject.',
  standards: {
    nsa: ['Authentication and authorization: authentication'],
    cis: ['5.1.1'],
    mitre: ['T1078.001', 'T1190'],
  },
  peers: {
    trivy: ['KSV-0122'],
    kubescape: ['C-0262'],
    kubesec: ['BindingsToSystemAnonymous'],
    kyverno: ['other/restrict-binding-system-groups'],
  },
  run(resource) {
    const { subjects, role } = bindingOf(resource);
    if (role.name === 'system:public-info-viewer' && isBootstrap(resource)) return;
    let found: Gathered;
    for (const subject of subjects) {
      const user = subject.kind === 'User' && subject.name === 'system:anonymous';
      const group = subject.kind === 'Group' && subject.name === 'system:unauthenticated';
      if (user || group)
        found = and(found, {
          at: below(subject.path, 'name'),
          message: `${labelOf(resource)} gives ${role.name} to ${subject.name}, that is, to anyone.`,
        });
    }
    return found;
  },
});
