import { absent, defineCheck, dig, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'default-namespace',
  title: 'Object lives in the default namespace',
  category: 'namespace-governance',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: [
    'Workload',
    'Service',
    'Ingress.networking.k8s.io',
    'ConfigMap',
    'Secret',
    'ServiceAccount',
    'Role.rbac.authorization.k8s.io',
    'RoleBinding.rbac.authorization.k8s.io',
    'PersistentVolumeClaim',
    'HorizontalPodAutoscaler.autoscaling',
    'PodDisruptionBudget.policy',
    'Endpoints',
    'EndpointSlice.discovery.k8s.io',
    'Lease.coordination.k8s.io',
  ],
  why: 'What shares one namespace shares quotas, network policies and access; default is where everything lands that nobody placed.',
  remedy: 'Set a dedicated namespace.',
  standards: { nsa: ['Network separation and hardening: namespaces'], cis: ['5.7.4'], mitre: ['T1610'] },
  peers: {
    checkov: ['CKV_K8S_21'],
    trivy: ['KSV-0110'],
    'kube-linter': ['use-namespace'],
    kubescape: ['C-0061', 'C-0212'],
    kyverno: ['best-practices/disallow-default-namespace', 'tekton/require-tekton-namespace-pipelinerun'],
  },
  run(resource) {
    const written = dig(resource.manifest, 'metadata', 'namespace');
    const missing = absent(written) || written === '';
    if (resource.kind === 'ClusterWorkflowTemplate') return;
    if (missing ? !['', 'default'].includes(resource.namespace) : written !== 'default') return;
    if (ownOfKubernetes.includes(`${resource.kind}/${resource.name}`)) return;
    const named = labelOf(resource);
    return missing
      ? {
          at: ['metadata', 'namespace'],
          message: `${named} names no namespace; it lands in default unless the deployment says otherwise.`,
          severity: 'info',
        }
      : { at: ['metadata', 'namespace'], message: `${named} lives in the default namespace.` };
  },
});

const ownOfKubernetes = [
  'ServiceAccount/default',
  'Service/kubernetes',
  'Endpoints/kubernetes',
  'EndpointSlice/kubernetes',
];
