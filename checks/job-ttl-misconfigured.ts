import { absent, defineCheck, dig, labelOf, list, map, spec } from '../src/check.ts';

export default defineCheck({
  id: 'job-ttl-misconfigured',
  title: 'Finished job clean-up is missing or conflicts',
  category: 'reliability',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Job.batch', 'CronJob.batch'],
  why: 'Finished Jobs stay for ever and fill the API server; on a CronJob the time to live deletes what its history limits would keep.',
  remedy: 'Set it on Jobs, remove it from CronJobs.',
  peers: { 'kube-linter': ['job-ttl-seconds-after-finished'], kyverno: ['other/add-ttl-jobs'] },
  run(job) {
    if (job.kind === 'CronJob') {
      const at = ['spec', 'jobTemplate', 'spec', 'ttlSecondsAfterFinished'];
      if (!absent(dig(job.manifest, ...at)))
        return { at, message: `${labelOf(job)} sets a time to live beside its history limits.` };
      return;
    }
    const metadata = map(job.manifest.metadata);
    const annotations = map(metadata.annotations);
    const deleted = ['helm.sh/hook-delete-policy', 'argocd.argoproj.io/hook-delete-policy'];
    if (list(metadata.ownerReferences).length > 0 || deleted.some((key) => key in annotations)) return;
    if (absent(map(spec(job)).ttlSecondsAfterFinished))
      return { at: ['spec', 'ttlSecondsAfterFinished'], message: `${labelOf(job)} is never cleaned up.` };
  },
});
