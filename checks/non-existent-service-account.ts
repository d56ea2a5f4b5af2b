import {
  defineCheck,
  externalOption,
  isExternal,
  isLeftOpen,
  ownerLabel,
  str,
  unlessHidden,
  whereIn,
} from '../src/check.ts';

export default defineCheck({
  id: 'non-existent-service-account',
  title: 'Referenced ServiceAccount does not exist',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: 'The API refuses pods whose service account is missing: the workload never starts.',
  remedy: 'Create the ServiceAccount.',
  peers: { 'kube-linter': ['non-existent-service-account'], kubescape: ['C-0307'], monokle: ['LNK001'] },
  options: externalOption,
  run(pod, { set, options }) {
    const field = (str(pod.spec.serviceAccountName) ?? '') === '' ? 'serviceAccount' : 'serviceAccountName';
    const name = str(pod.spec[field]) ?? '';
    const { namespace } = pod.resource;
    if (name === '' || name === 'default' || isLeftOpen(pod.resource, name)) return;
    if (isExternal(options, namespace, name)) return;
    if (set.find('ServiceAccount', namespace, name).length > 0) return;
    return {
      at: pod.at(field),
      message: `${ownerLabel(pod)} runs as ServiceAccount "${name}", which is not there${whereIn(namespace)}.`,
      ...unlessHidden(set),
    };
  },
});
