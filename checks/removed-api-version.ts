import { apiLife, defineCheck, isRemoved, successor } from '../src/check.ts';

export default defineCheck({
  id: 'removed-api-version',
  title: 'API version no longer exists in the target cluster',
  category: 'api-lifecycle',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Any'],
  why: 'The cluster refuses the object, or an upgrade leaves it behind.',
  remedy: 'Move to the replacement API and check changed fields.',
  peers: {
    trivy: ['KSV-0107'],
    'kube-linter': ['no-extensions-v1beta'],
    'kube-score': ['stable-version'],
    kyverno: ['best-practices/check-deprecated-apis', 'openshift/disallow-deprecated-apis'],
    monokle: ['K8S003'],
  },
  run(resource, context) {
    const life = apiLife(resource);
    if (life?.removed === undefined || !isRemoved(life, context.kubeVersion)) return;
    return {
      at: ['apiVersion'],
      message: `${resource.apiVersion} ${resource.kind} is gone since Kubernetes 1.${life.removed}${successor(life, context.kubeVersion)}.`,
    };
  },
});
