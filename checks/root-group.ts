import {
  and,
  defineCheck,
  dig,
  effective,
  type Gathered,
  int,
  ints,
  Label,
  ownerLabel,
  settingsOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'root-group',
  title: 'Process belongs to the root group',
  category: 'workload-hardening',
  severity: 'low',
  default: 'on',
  on: 'pod',
  why: "Members of group 0 may write what the image and the node leave open to root's group.",
  remedy: 'Use non-zero group IDs.',
  standards: { nsa: ['Kubernetes Pod security: non-root containers'], mitre: ['T1548'] },
  peers: {
    trivy: ['KSV-0116'],
    'kube-linter': ['run-as-non-root'],
    kubescape: ['C-0013', 'C-0211'],
    kyverno: ['other/require-non-root-groups'],
    monokle: ['KBP109'],
  },
  options: {
    strict: {
      type: 'boolean',
      describe: 'Also report containers for which neither runAsGroup nor fsGroup is above 0.',
      default: false,
    },
  },
  run(pod, context) {
    let found: Gathered;
    for (const { value, at, who, container } of settingsOf(pod, 'runAsGroup')) {
      const overridden =
        container === undefined &&
        pod.containers.length > 0 &&
        pod.containers.every((one) => effective(one, 'runAsGroup').from === 'container');
      if (int(value) === 0 && !overridden) found = and(found, { at, message: `${who} sets runAsGroup to 0.` });
    }
    const fsGroup = int(dig(pod.spec, 'securityContext', 'fsGroup'));
    if (fsGroup === 0)
      found = and(found, {
        at: pod.at('securityContext', 'fsGroup'),
        message: `${ownerLabel(pod)} sets fsGroup to 0.`,
      });
    for (const { value, index } of ints(dig(pod.spec, 'securityContext', 'supplementalGroups')))
      if (value === 0)
        found = and(found, {
          at: pod.at('securityContext', 'supplementalGroups', index),
          message: `${ownerLabel(pod)} has 0 among its supplementalGroups.`,
        });
    if (context.options.strict === true && !pod.windows && !((fsGroup ?? 0) > 0))
      for (const container of pod.containers) {
        const { value, at } = effective(container, 'runAsGroup');
        if (value === undefined)
          found = and(found, { at, message: `${Label(container)} may run in group 0: no group is set.` });
      }
    return found;
  },
});
