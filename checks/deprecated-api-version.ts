import { apiLife, defineCheck, isDeprecated, successor } from '../src/check.ts';

export default defineCheck({
  id: 'deprecated-api-version',
  title: 'API version is deprecated',
  category: 'api-lifecycle',
  severity: 'low',
  default: 'on',
  on: 'resource',
  kinds: ['Any'],
  why: 'A later release stops serving this version, and the object is then refused.',
  remedy: 'Move to the replacement API.',
  peers: {
    trivy: ['KSV-0107'],
    'kube-score': ['stable-version'],
    kyverno: ['best-practices/check-deprecated-apis', 'openshift/disallow-deprecated-apis'],
    monokle: ['K8S002'],
  },
  suppressedBy: ['removed-api-version'],
  run(resource, context) {
    const life = apiLife(resource);
    if (life === undefined || !isDeprecated(life, context.kubeVersion)) return;
    const end = life.removed === undefined ? '' : ` and goes in 1.${life.removed}`;
    return {
      at: ['apiVersion'],
      message: `${resource.apiVersion} ${resource.kind} is deprecated since Kubernetes 1.${life.deprecated}${end}${successor(life, context.kubeVersion)}.`,
    };
  },
});
