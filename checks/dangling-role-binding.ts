import {
  below,
  bindingsOf,
  type BindingSubject,
  boundRole,
  defineCheck,
  isControllerAccount,
  labelOf,
  type Resource,
  unlessHidden,
  whereIn,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'dangling-role-binding',
  title: 'Binding refers to a role or account that is not there',
  category: 'rbac',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: 'The binding gives nothing today, and whoever later creates an object of that name gets the rights without anybody noticing.',
  remedy: 'Correct the reference or delete the binding.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098.006'] },
  peers: {
    'kube-linter': ['template:access-to-resources'],
    polaris: ['clusterrolebindingPodExecAttach'],
    monokle: ['LNK001'],
  },
  *run(set) {
    for (const binding of bindingsOf(set)) {
      const { resource, role, cluster, subjects } = binding;
      const base = { resource, ...unlessHidden(set) };
      const known =
        /^(?:system|kubeadm|eks):/.test(role.name) ||
        (role.kind === 'ClusterRole' ? builtIn.test(role.name) : isBuiltInRole(resource, role.name));
      if (role.name !== '' && !known && !hasRole(set, binding))
        yield {
          ...base,
          at: ['roleRef', 'name'],
          message: `${labelOf(resource)} refers to ${role.kind || 'a role'} "${role.name}", which is not in these manifests.`,
        };
      for (const subject of subjects) {
        if (subject.kind !== 'ServiceAccount') continue;
        if (cluster && !subject.explicitNamespace)
          yield {
            resource,
            at: below(subject.path, 'namespace'),
            message: `${labelOf(resource)} names service account "${subject.name}" without a namespace.`,
          };
        else if (subject.name !== 'default' && !hasAccount(set, subject.namespace, subject.name))
          yield {
            ...base,
            at: below(subject.path, 'name'),
            message: `${labelOf(resource)} names service account "${subject.name}"${whereIn(subject.namespace)}, which is not in these manifests.`,
          };
      }
    }
  },
});

/** Of Kubernetes, and of OpenShift: its own, those of its registry and of its monitoring. */
const builtIn =
  /^(?:cluster-admin|admin|edit|view|cluster-(?:status|reader|debugger|monitoring-view)|self-(?:provisioner|access-reviewer)|basic-user|sudoer|storage-admin|registry-(?:admin|editor|viewer|monitor)|monitoring-(?:edit|rules-edit|rules-view)|alert-routing-edit)$/;

/** Roles that the API server itself creates in kube-system, besides those named system:. */
function isBuiltInRole(binding: Resource, name: string): boolean {
  return binding.namespace === 'kube-system' && name === 'extension-apiserver-authentication-reader';
}

function hasRole(set: WorkloadSet, binding: BindingSubject): boolean {
  if (boundRole(binding, set) !== undefined) return true;
  const { resource, role } = binding;
  const kind = `${role.kind}.rbac.authorization.k8s.io`;
  if (role.kind !== 'ClusterRole') return isThere(set, kind, resource.namespace, role.name);
  // A chart's ClusterRole carries the namespace of its release, which means nothing.
  const { beyond } = set;
  return beyond?.all.ofKind(kind).some((other) => other.name === role.name && beyond.meets(other)) ?? false;
}

/** The controllers of Kubernetes run as accounts that it makes itself, and so do the parts of OpenShift. */
function hasAccount(set: WorkloadSet, namespace: string, name: string): boolean {
  return (
    (namespace === 'kube-system' && isControllerAccount(name)) ||
    namespace.startsWith('openshift-') ||
    isThere(set, 'ServiceAccount', namespace, name)
  );
}

/** An object that names no namespace goes where whoever applies it says: it may be the one. */
function isThere(set: WorkloadSet, kind: string, namespace: string, name: string): boolean {
  return set.find(kind, namespace, name).length > 0 || set.find(kind, '', name).length > 0;
}
