import {
  and,
  defineCheck,
  externalOption,
  type Gathered,
  isExternal,
  listOption,
  matchesAny,
  ownerLabel,
  str,
  unlessHidden,
} from '../src/check.ts';

export default defineCheck({
  id: 'priority-class-not-allowed',
  title: 'Priority class is not approved',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'pod',
  why: 'A class that nobody approved evicts the pods of others; one that does not exist keeps the pod from being created.',
  remedy: 'Use an approved class.',
  peers: { 'kube-linter': ['priority-class-name'], kyverno: ['other/allowed-pod-priorities'] },
  options: {
    allowed: {
      type: 'strings',
      describe: 'Priority classes that may be used; * stands for any characters.',
      default: [],
    },
    ...externalOption,
  },
  run(pod, { set, options }) {
    const name = str(pod.spec.priorityClassName) ?? '';
    if (name === '') return;
    const at = pod.at('priorityClassName');
    const allowed = listOption(options, 'allowed');
    let found: Gathered;
    if (allowed.length > 0 && !matchesAny(name, allowed))
      found = and(found, {
        at,
        message: `${ownerLabel(pod)} uses the priority class "${name}", which is not among the allowed ones.`,
      });
    const declared = (set.beyond?.all ?? set).ofKind('PriorityClass.scheduling.k8s.io');
    const known = name.startsWith('system-') || declared.some((one) => one.name === name);
    if (declared.length > 0 && !known && !isExternal(options, '', name))
      found = and(found, {
        at,
        message: `${ownerLabel(pod)} uses the priority class "${name}", which is not declared.`,
        ...unlessHidden(set),
      });
    return found;
  },
});
