import { defineCheck, dig, podsOf, type Path } from '../src/check.ts';

export default defineCheck({
  id: 'recommended-labels-missing',
  title: 'Kubernetes recommended labels are missing',
  category: 'namespace-governance',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['Workload'],
  why: "Tools that group, select or bill objects by Kubernetes' recommended labels do not see this one.",
  remedy: 'Add the labels.',
  peers: { kubescape: ['C-0077'], kyverno: ['best-practices/require-labels'], monokle: ['MTD-recommended-labels'] },
  options: {
    strict: {
      type: 'boolean',
      describe: 'Report when any of the six labels is missing, not only when all are.',
      default: false,
    },
  },
  *run(resource, context) {
    const places: Path[] = [
      ['metadata'],
      ...podsOf(resource)
        .filter((pod) => pod.metadataPath.length > 1)
        .map((pod) => pod.metadataPath),
    ];
    for (const place of places) {
      const missing = recommended.filter((key) => dig(resource.manifest, ...place, 'labels', key) === undefined);
      if (missing.length < (context.options.strict === true ? 1 : recommended.length)) continue;
      const where = place.length > 1 ? 'The pod template' : `${resource.kind} "${resource.name}"`;
      const which = missing.length === recommended.length ? 'none of the labels' : 'not the labels';
      const keys = missing.map((key) => key.slice('app.kubernetes.io/'.length)).join(', ');
      yield { at: [...place, 'labels'], message: `${where} has ${which} app.kubernetes.io/{${keys}}.` };
    }
  },
});

const recommended = ['name', 'instance', 'version', 'component', 'part-of', 'managed-by'].map(
  (key) => `app.kubernetes.io/${key}`,
);
