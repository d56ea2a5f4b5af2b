import { absent, below, defineCheck, dig, int, list, map, ownerLabel, spec, str } from '../src/check.ts';

export default defineCheck({
  id: 'topology-spread-missing',
  title: 'No topology spread constraint',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'pod',
  kinds: ['Deployment.apps', 'StatefulSet.apps'],
  why: 'Replicas that share a node or a zone fail together.',
  remedy: 'Add constraints for zone and hostname.',
  peers: {
    polaris: ['topologySpreadConstraint'],
    kyverno: ['other/topologyspreadconstraints-policy', 'other/spread-pods-across-topology'],
  },
  run(pod) {
    const { replicas } = map(spec(pod.resource));
    // Without a number an autoscaler usually keeps it.
    if (!absent(replicas) && (int(replicas) ?? 0) < 2) return;
    const keys = list(pod.spec.topologySpreadConstraints).map((one) => str(dig(one, 'topologyKey')) ?? '');
    const overNodes = keys.includes('kubernetes.io/hostname');
    const overZones = keys.some((key) => /^(?:topology|failure-domain\.beta)\.kubernetes\.io\/zone$/.test(key));
    if (overNodes && overZones) return;
    const missing = overNodes ? 'zones' : overZones ? 'nodes' : 'nodes and zones';
    return {
      at: below(pod.path, 'topologySpreadConstraints'),
      message: `Nothing spreads the replicas of ${ownerLabel(pod)} over ${missing}.`,
    };
  },
});
