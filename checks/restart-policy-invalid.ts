import { absent, below, defineCheck, isKind, labelOf, labelValue } from '../src/check.ts';

export default defineCheck({
  id: 'restart-policy-invalid',
  title: 'restartPolicy does not fit the controller',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: 'The API refuses the object, so that the change never gets into the cluster.',
  remedy: 'Set a valid value.',
  peers: { 'kube-linter': ['restart-policy'], 'kube-score': ['cronjob-restartpolicy'] },
  run(pod) {
    const { resource } = pod;
    const written = pod.spec.restartPolicy;
    const policy = absent(written) || written === '' ? undefined : written;
    const at = below(pod.path, 'restartPolicy');
    if (isKind(resource, ['Job.batch', 'CronJob.batch'])) {
      if (policy === 'OnFailure' || policy === 'Never') return;
      return policy === undefined
        ? {
            at,
            message: `${labelOf(resource)} does not say whether its pods are restarted: it must be OnFailure or Never.`,
            fix: {
              description: 'Set restartPolicy to OnFailure.',
              edits: [{ op: 'set', path: at, value: 'OnFailure' }],
            },
          }
        : {
            at,
            message: `${labelOf(resource)} cannot have restartPolicy ${labelValue(policy)}: it must be OnFailure or Never.`,
          };
    } else if (isKind(resource, alwaysKinds) && policy !== undefined && policy !== 'Always')
      return {
        at,
        message: `${labelOf(resource)} cannot have restartPolicy ${labelValue(policy)}: it must be Always.`,
      };
  },
});

const alwaysKinds = [
  'Deployment.apps',
  'StatefulSet.apps',
  'DaemonSet.apps',
  'ReplicaSet.apps',
  'ReplicationController',
];
