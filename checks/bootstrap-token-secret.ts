import { defineCheck, labelOf, secretValues } from '../src/check.ts';

export default defineCheck({
  id: 'bootstrap-token-secret',
  title: 'Cluster bootstrap token is committed',
  category: 'secrets',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Secret'],
  why: 'The token lets anyone join a machine to the cluster as a node, which then reads the Secrets of its pods.',
  remedy: 'Delete the Secret and create tokens on demand.',
  standards: {
    nsa: ['Authentication and authorization: authentication'],
    cis: ['3.1.3'],
    mitre: ['T1552.001', 'T1078'],
  },
  peers: { kubescape: ['C-0288'] },
  run(resource) {
    const values = secretValues(resource);
    const has = (key: string): string | undefined => values.find((value) => value.key === key)?.value;
    const typed = resource.manifest.type === 'bootstrap.kubernetes.io/token';
    const named =
      resource.name.startsWith('bootstrap-token-') &&
      resource.namespace === 'kube-system' &&
      has('token-secret') !== undefined;
    if (!typed && !named) return;
    const endless = has('usage-bootstrap-authentication') === 'true' && has('expiration') === undefined;
    return {
      at: typed ? ['type'] : ['metadata', 'name'],
      message: `${labelOf(resource)} is a token to join the cluster${endless ? ', and never expires' : ''}.`,
      about: 'secret',
      ...(endless ? { severity: 'critical' as const } : {}),
    };
  },
});
