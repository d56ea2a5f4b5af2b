import {
  defineCheck,
  dig,
  isBuiltIn,
  isSystemNamespace,
  labelOf,
  matchesAny,
  type Resource,
  scalarText,
  str,
  systemAddOns,
} from '../src/check.ts';

const controlPlane = ['kube-apiserver', 'etcd', 'kube-controller-manager', 'kube-scheduler'];

/** Drivers of networks and volumes, whoever makes them. */
const isDriver = /(?:^|-)c[ns]i(?:-|$)/;

/** Objects of the whole cluster are in no namespace, wherever the others of their chart go, but some say one. */
function namespaceOf({ kind, namespace, manifest }: Resource): string {
  return kind.startsWith('Cluster') ? (str(dig(manifest, 'metadata', 'namespace')) ?? '') : namespace;
}

/** What every aggregated API server needs can stand nowhere else. */
function isAuthReader({ kind, manifest }: Resource): boolean {
  return kind === 'RoleBinding' && dig(manifest, 'roleRef', 'name') === 'extension-apiserver-authentication-reader';
}

export default defineCheck({
  id: 'system-namespace-use',
  title: 'User object is placed in a system namespace',
  category: 'namespace-governance',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: [
    'Workload',
    'Role.rbac.authorization.k8s.io',
    'ClusterRole.rbac.authorization.k8s.io',
    'RoleBinding.rbac.authorization.k8s.io',
    'ClusterRoleBinding.rbac.authorization.k8s.io',
    'Secret',
    'ConfigMap',
  ],
  why: 'System namespaces are exempt from many policies; what runs there escapes them, and can be taken for a part of Kubernetes.',
  remedy: 'Use your own namespace.',
  standards: { nsa: ['Network separation and hardening: namespaces'], mitre: ['T1036.005'] },
  peers: { trivy: ['KSV-0037'] },
  options: {
    'add-ons': {
      type: 'strings',
      describe: 'Names of further add-ons that belong there; * matches any run of characters.',
      default: [],
    },
  },
  run(resource, context) {
    const namespace = namespaceOf(resource);
    if (!isSystemNamespace(namespace) || isBuiltIn(resource) || resource.name.startsWith('system:')) return;
    const labels = dig(resource.manifest, 'metadata', 'labels');
    const own =
      resource.kind === 'Pod' &&
      dig(labels, 'tier') === 'control-plane' &&
      controlPlane.includes(scalarText(dig(labels, 'component')));
    if (
      own ||
      systemAddOns.some((name) => resource.name.startsWith(name)) ||
      isDriver.test(resource.name) ||
      isAuthReader(resource) ||
      matchesAny(resource.name, context.options['add-ons'])
    )
      return;
    return {
      at: ['metadata', 'namespace'],
      message: `${labelOf(resource)} is placed in ${namespace}.`,
    };
  },
});
