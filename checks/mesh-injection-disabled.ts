import {
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  isKind,
  labelOf,
  labelValue,
  listOption,
  systemNamespaces,
} from '../src/check.ts';

export default defineCheck({
  id: 'mesh-injection-disabled',
  title: 'Workload opts out of the service mesh',
  category: 'network',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: 'The pods speak in the clear and outside the authorization rules of the mesh.',
  remedy: 'Remove the opt-out.',
  standards: { nsa: ['Audit logging and threat detection: service meshes'], mitre: ['T1562.001'] },
  peers: { kyverno: ['istio/prevent-disabling-injection-pods', 'linkerd/prevent-linkerd-pod-injection-override'] },
  options: {
    exempt: {
      type: 'strings',
      describe: 'Namespaces that are not judged: those of Kubernetes and of the meshes themselves.',
      default: [...systemNamespaces, 'istio-system', 'linkerd', 'consul'],
    },
    'exempt-jobs': { type: 'boolean', describe: 'Leave out Jobs and CronJobs.', default: false },
  },
  run(pod, { options }) {
    const { resource } = pod;
    if (pod.spec.hostNetwork === true || listOption(options, 'exempt').includes(resource.namespace)) return;
    if (options['exempt-jobs'] === true && isKind(resource, ['Job.batch', 'CronJob.batch'])) return;
    let found: Gathered;
    for (const field of ['labels', 'annotations'])
      for (const [key, off] of optOuts) {
        const value = dig(pod.metadata, field, key);
        if (value === undefined || labelValue(value) !== off) continue;
        const at = below(pod.metadataPath, field, key);
        found = and(found, {
          at,
          message: `${labelOf(resource)} opts out of the mesh: ${key} is ${off}.`,
          fix: { description: `Remove ${key}.`, edits: [{ op: 'remove', path: at }], risky: true },
        });
      }
    return found;
  },
});

const optOuts = [
  ['sidecar.istio.io/inject', 'false'],
  ['istio.io/dataplane-mode', 'none'],
  ['linkerd.io/inject', 'disabled'],
] as const;
