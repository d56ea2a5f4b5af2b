import { absent, defineCheck, dig, labelOf, listOption, systemNamespaces } from '../src/check.ts';

export default defineCheck({
  id: 'pod-security-level-not-restricted',
  title: 'Namespace enforces less than restricted',
  category: 'namespace-governance',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Namespace'],
  why: 'Baseline keeps out known ways to the node; it still lets pods run as root, with capabilities and without seccomp.',
  remedy: 'Move to restricted after fixing the workloads.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], cis: ['5.2.6', '5.2.7', '5.2.9', '5.2.10'] },
  peers: { kubescape: ['C-0197', 'C-0198', 'C-0200', 'C-0201'] },
  suppressedBy: ['pod-security-label-missing', 'pod-security-level-privileged'],
  options: { exempt: { type: 'strings', describe: 'Namespaces that are not judged.', default: systemNamespaces } },
  run(resource, { options }) {
    if (listOption(options, 'exempt').includes(resource.name)) return;
    const level = dig(resource.manifest, 'metadata', 'labels', label);
    // What opts out and what is misspelt is told by checks of their own.
    if (level !== 'baseline' && !absent(level)) return;
    return {
      at: ['metadata', 'labels', label],
      message: `${labelOf(resource)} enforces ${absent(level) ? 'no Pod Security Standard at all' : 'the level "baseline", not restricted'}.`,
    };
  },
});

const label = 'pod-security.kubernetes.io/enforce';
