import { absent, defineCheck, dig, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'instance-label-mismatch',
  title: 'Instance label differs from the object name',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['Workload'],
  why: 'Tools that group by the label show the object under another name, or not at all.',
  remedy: 'Align the label.',
  peers: { polaris: ['metadataAndInstanceMismatched'] },
  run(resource) {
    const label = dig(resource.manifest, 'metadata', 'labels', 'app.kubernetes.io/instance');
    if (resource.name === '' || label === resource.name) return;
    return {
      at: ['metadata', 'labels', 'app.kubernetes.io/instance'],
      message: `${labelOf(resource)} ${absent(label) ? 'lacks the label' : 'has another name in the label'} app.kubernetes.io/instance.`,
    };
  },
});
