import { absent, defineCheck, dig, durationSeconds, labelOf, printable, str } from '../src/check.ts';

export default defineCheck({
  id: 'pod-lifetime-annotation',
  title: 'Pod lifetime annotation exceeds the maximum',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['Pod'],
  why: 'Whoever cleans up by this annotation leaves the pod in place longer than was agreed.',
  remedy: 'Lower the value.',
  peers: { kyverno: ['other/enforce-pod-duration'] },
  options: {
    annotation: { type: 'string', describe: 'Key of the annotation.', default: 'pod.kubernetes.io/lifetime' },
    max: { type: 'string', describe: 'Longest life, such as 8h.', default: '8h' },
  },
  run(resource, { options }) {
    const key = str(options.annotation) ?? '';
    const most = durationSeconds(str(options.max) ?? '') ?? 0;
    const value = dig(resource.manifest, 'metadata', 'annotations', key);
    const seconds = durationSeconds(str(value) ?? '');
    if (absent(value) || (seconds !== undefined && seconds <= most)) return;
    return {
      at: ['metadata', 'annotations', key],
      message: `${labelOf(resource)} may live for ${printable(value)}, which is ${seconds === undefined ? 'no time up to' : 'more than'} ${str(options.max) ?? ''}.`,
    };
  },
});
