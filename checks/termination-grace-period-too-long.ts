import { defineCheck, int, numberOption, ownerLabel } from '../src/check.ts';

export default defineCheck({
  id: 'termination-grace-period-too-long',
  title: 'Termination grace period is very long',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'Node drains and updates wait this long for every pod; with 0 the program is killed without a chance to finish its work.',
  remedy: 'Shorten it.',
  peers: { kyverno: ['other/mutate-large-termination-gps'] },
  options: { max: { type: 'number', describe: 'Most seconds a pod may take to stop.', default: 300, min: 1 } },
  run(pod, { options }) {
    const seconds = int(pod.spec.terminationGracePeriodSeconds);
    const most = numberOption(options, 'max');
    if (seconds === undefined || (seconds > 0 && seconds <= most)) return;
    return {
      at: pod.at('terminationGracePeriodSeconds'),
      message:
        seconds <= 0
          ? `${ownerLabel(pod)} is killed without time to stop.`
          : `${ownerLabel(pod)} may take ${seconds} seconds to stop, more than ${most}.`,
    };
  },
});
