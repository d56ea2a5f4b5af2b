import { and, defineCheck, type Gathered, int, labelOf, labelValue, listOption, podsOf, str } from '../src/check.ts';

export default defineCheck({
  id: 'system-priority-class-misuse',
  title: 'Application claims system critical priority',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Workload', 'PriorityClass.scheduling.k8s.io'],
  why: 'When the cluster is full such pods drive out the ones that it needs to run, and nothing drives them out.',
  remedy: 'Use a lower class.',
  standards: { mitre: ['T1499'] },
  options: {
    namespaces: { type: 'strings', describe: 'Namespaces that may use the system classes.', default: ['kube-system'] },
  },
  run(resource, { options }) {
    let found: Gathered;
    if (resource.kind === 'PriorityClass') {
      const { globalDefault, value } = resource.manifest;
      if (globalDefault === true && (int(value) ?? 0) >= 1_000_000)
        found = and(found, {
          at: ['globalDefault'],
          message: `${labelOf(resource)} gives every pod a priority of ${labelValue(value)}.`,
        });
      return found;
    }
    if (listOption(options, 'namespaces').includes(resource.namespace)) return found;
    for (const pod of podsOf(resource)) {
      const name = str(pod.spec.priorityClassName) ?? '';
      if (name === 'system-cluster-critical' || name === 'system-node-critical')
        found = and(found, {
          at: pod.at('priorityClassName'),
          message: `${labelOf(resource)} uses the priority class ${name} of the cluster itself.`,
          ...(resource.namespace === '' ? { severity: 'info' } : {}),
        });
    }
    return found;
  },
});
