import { and, below, defineCheck, type Gathered, labelOf, map, metadataOf } from '../src/check.ts';

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
  run(resource, context) {
    let found: Gathered;
    for (const { path, metadata, template } of metadataOf(resource)) {
      const labels = map(metadata.labels);
      const isMissing = (key: string): boolean => labels[key] === undefined;
      if (context.options.strict === true ? !recommended.some(isMissing) : !recommended.every(isMissing)) continue;
      const missing = recommended.filter(isMissing);
      const where = template ? 'The pod template' : labelOf(resource);
      const which = missing.length === recommended.length ? 'none of the labels' : 'not the labels';
      const keys = missing.length === recommended.length ? allNames : missing.map(nameOf).join(', ');
      found = and(found, { at: below(path, 'labels'), message: `${where} has ${which} app.kubernetes.io/{${keys}}.` });
    }
    return found;
  },
});

const recommended = ['name', 'instance', 'version', 'component', 'part-of', 'managed-by'].map(
  (key) => `app.kubernetes.io/${key}`,
);

const nameOf = (key: string): string => key.slice('app.kubernetes.io/'.length);
const allNames = recommended.map(nameOf).join(', ');
