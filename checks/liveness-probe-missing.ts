import { below, defineCheck, endsByItself, isWrittenByMesh, Label, probeNames, probeOf } from '../src/check.ts';

export default defineCheck({
  id: 'liveness-probe-missing',
  title: 'Liveness probe is missing',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'container',
  kinds: [
    'Pod',
    'Deployment.apps',
    'StatefulSet.apps',
    'DaemonSet.apps',
    'ReplicaSet.apps',
    'ReplicationController',
    'DeploymentConfig.apps.openshift.io',
    'Rollout.argoproj.io',
  ],
  why: 'A process that hangs without exiting is never restarted.',
  remedy: 'Add a probe that only tests the process itself.',
  peers: {
    checkov: ['CKV_K8S_8'],
    'kube-linter': ['no-liveness-probe'],
    polaris: ['livenessProbeMissing'],
    'kube-score': ['pod-probes'],
    kubescape: ['C-0056'],
    kyverno: ['best-practices/require-probes'],
  },
  options: {
    sidecars: {
      type: 'boolean',
      describe: 'Also ask for a probe on sidecars (init containers that keep running).',
      default: false,
    },
    'any-probe': {
      type: 'boolean',
      describe: 'Be content with a readiness or a startup probe.',
      default: false,
    },
  },
  run(container, { options }) {
    if (options['any-probe'] === true && probeNames.some((name) => probeOf(container, name) !== undefined)) return;
    const runs = container.list === 'containers' || (options.sidecars === true && container.sidecar);
    if (
      !runs ||
      endsByItself(container.pod) ||
      isWrittenByMesh(container) ||
      probeOf(container, 'livenessProbe') !== undefined
    )
      return;
    return { at: below(container.path, 'livenessProbe'), message: `${Label(container)} has no liveness probe.` };
  },
});
