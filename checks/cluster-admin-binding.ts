import {
  bindingKinds,
  bindingOf,
  type BoundSubject,
  defineCheck,
  isBootstrap,
  labelOf,
  subjectLabel,
} from '../src/check.ts';

const isMasters = ({ kind, name }: BoundSubject): boolean => kind === 'Group' && name === 'system:masters';

export default defineCheck({
  id: 'cluster-admin-binding',
  title: 'cluster-admin is bound to a subject',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: bindingKinds,
  why: 'The subject can do anything, in the whole cluster or in all of the namespace, and taking it over is taking everything over.',
  remedy: 'Bind a purpose-built role.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['5.1.1'],
    mitre: ['T1098.006', 'T1078'],
  },
  peers: {
    trivy: ['KSV-0111'],
    'kube-linter': ['cluster-admin-role-binding'],
    polaris: ['clusterrolebindingClusterAdmin', 'rolebindingClusterAdminClusterRole'],
    kubescape: ['C-0035', 'C-0185'],
    kyverno: ['other/restrict-binding-clusteradmin'],
  },
  run(resource) {
    const { cluster, role, subjects } = bindingOf(resource);
    // A ClusterRoleBinding can refer to nothing else, whatever kind it writes.
    if ((!cluster && role.kind !== 'ClusterRole') || role.name !== 'cluster-admin') return;
    if (
      cluster &&
      resource.name === 'cluster-admin' &&
      isBootstrap(resource) &&
      subjects.length > 0 &&
      subjects.every(isMasters)
    )
      return;
    const whom = subjects.length === 0 ? 'subjects yet to be named' : subjects.map(subjectLabel).join(', ');
    return {
      at: ['roleRef', 'name'],
      message: `${labelOf(resource)} gives cluster-admin to ${whom}.`,
      ...(cluster ? {} : { severity: 'medium' }),
    };
  },
});
