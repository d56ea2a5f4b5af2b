import { defineCheck, isInjected, isSystemNamespace, labelOf, listOption, map, str } from '../src/check.ts';

export default defineCheck({
  id: 'mesh-injection-missing',
  title: 'Namespace is not part of the service mesh',
  category: 'network',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'The pods of the namespace stay outside the mesh: no identity, no encryption, no authorization rules.',
  remedy: 'Label the namespace.',
  standards: { nsa: ['Audit logging and threat detection: service meshes'] },
  peers: {
    kyverno: [
      'istio/enforce-sidecar-injection-namespace',
      'istio/enforce-ambient-mode-namespace',
      'istio/add-sidecar-injection-namespace',
      'istio/add-ambient-mode-namespace',
      'linkerd/require-linkerd-mesh-injection',
      'linkerd/add-linkerd-mesh-injection',
    ],
  },
  options: {
    mesh: {
      type: 'string',
      describe: 'auto: judge where objects of a mesh are among the manifests. on: the cluster has a mesh.',
      default: 'auto',
      values: ['auto', 'on'],
    },
    exempt: {
      type: 'strings',
      describe: 'Namespaces that stay outside.',
      default: ['istio-system', 'linkerd', 'consul', 'default'],
    },
  },
  *run(set, { options }) {
    const asked = str(options.mesh) ?? 'auto';
    if (asked === 'auto' && set.ofKind(...meshKinds).length === 0) return;
    for (const resource of set.ofKind('Namespace')) {
      const { name, manifest } = resource;
      if (isSystemNamespace(name) || listOption(options, 'exempt').includes(name) || isInjected(map(manifest.metadata)))
        continue;
      yield { resource, at: ['metadata', 'labels'], message: `${labelOf(resource)} is not part of the mesh.` };
    }
  },
});

const meshKinds = [
  ...['*.security.istio.io', '*.networking.istio.io', '*.policy.linkerd.io', '*.linkerd.io', '*.consul.hashicorp.com'],
];
