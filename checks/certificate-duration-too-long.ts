import { and, defineCheck, durationSeconds, type Gathered, labelOf, map, numberOption, str } from '../src/check.ts';

export default defineCheck({
  id: 'certificate-duration-too-long',
  title: 'Certificate lives too long',
  category: 'network',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Certificate.cert-manager.io'],
  why: 'A stolen key serves until the certificate ends; one that is renewed before it begins is renewed without end.',
  remedy: 'Shorten duration.',
  peers: { kyverno: ['cert-manager/limit-duration'] },
  options: { 'max-hours': { type: 'number', describe: 'Longest life in hours.', default: 2400, min: 1 } },
  run(resource, { options }) {
    const asked = map(resource.manifest.spec);
    // The default of cert-manager is 90 days.
    const duration = durationSeconds(str(asked.duration) ?? '2160h');
    if (duration === undefined) return;
    const before = durationSeconds(str(asked.renewBefore) ?? '0') ?? 0;
    const most = numberOption(options, 'max-hours');
    let found: Gathered;
    if (duration > most * 3600)
      found = and(found, {
        at: ['spec', 'duration'],
        message: `${labelOf(resource)} lasts longer than ${most} hours.`,
      });
    if (before > duration)
      found = and(found, {
        at: ['spec', 'renewBefore'],
        message: `${labelOf(resource)} is to be renewed before it begins.`,
      });
    return found;
  },
});
