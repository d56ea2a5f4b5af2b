import {
  absent,
  below,
  type ContainerSubject,
  defineCheck,
  dig,
  int,
  type Json,
  Label,
  labelOf,
  list,
  map,
  type PodSubject,
  type Resource,
  str,
  textOption,
} from '../src/check.ts';

export default defineCheck({
  id: 'ssh-server-exposed',
  title: 'Pod or Service exposes SSH',
  category: 'workload-hardening',
  severity: 'medium',
  default: 'on',
  on: 'workloads',
  why: "An SSH server in a pod is a second way in, past the cluster's authentication and audit log.",
  remedy: 'Remove the SSH daemon; use kubectl exec with audited RBAC.',
  standards: { nsa: ['Kubernetes Pod security: building secure container images'], mitre: ['T1021.004'] },
  peers: { 'kube-linter': ['ssh-port'], kubescape: ['C-0042'], monokle: ['KBP110'] },
  options: {
    ports: { type: 'strings', describe: 'Ports on which SSH is expected.', default: ['22', '2222'] },
    'exempt-images': {
      type: 'strings',
      describe: 'Parts of image names that may serve SSH, such as gitea.',
      default: [],
    },
  },
  *run(set, context) {
    const ports = textOption(context.options.ports).map(Number);
    const exempt = textOption(context.options['exempt-images']);
    const isExempt = (container: ContainerSubject): boolean =>
      exempt.some((part) => (str(container.spec.image) ?? '').includes(part));
    const serves = (port: Json | undefined, protocol: Json | undefined): boolean =>
      ports.includes(int(port) ?? -1) && (absent(protocol) || protocol === 'TCP');
    for (const pod of set.pods)
      for (const container of pod.containers)
        for (const [index, port] of list(container.spec.ports).entries())
          if (serves(dig(port, 'containerPort'), dig(port, 'protocol')) && !isExempt(container))
            yield {
              resource: pod.resource,
              at: below(container.path, 'ports', index, 'containerPort'),
              message: `${Label(container)} serves SSH on port ${int(dig(port, 'containerPort')) ?? 0}.`,
            };
    for (const service of set.ofKind('Service')) {
      const exposed = list(dig(service.manifest, 'spec', 'ports')).flatMap((port, index) =>
        ['port', 'targetPort'].flatMap((field) =>
          serves(dig(port, field), dig(port, 'protocol')) ? [{ field, index, number: int(dig(port, field)) ?? 0 }] : [],
        ),
      );
      if (exposed.length === 0 || !set.pods.some((pod) => isSelected(service, pod) && !pod.containers.some(isExempt)))
        continue;
      for (const { field, index, number } of exposed)
        yield {
          resource: service,
          at: ['spec', 'ports', index, field],
          message: `${labelOf(service)} exposes SSH: ${field} ${number}.`,
        };
    }
  },
});

/** Whether the Service's selector, which must not be empty, matches the labels of the pod. */
function isSelected(service: Resource, pod: PodSubject): boolean {
  const selector = Object.entries(map(dig(service.manifest, 'spec', 'selector')));
  const labels = map(pod.metadata.labels);
  return (
    selector.length > 0 &&
    service.namespace === pod.resource.namespace &&
    selector.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)
  );
}
