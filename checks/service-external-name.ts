import { defineCheck, dig, labelOf, matchesAny, printable, serviceType, str } from '../src/check.ts';

export default defineCheck({
  id: 'service-external-name',
  title: 'ExternalName Service',
  category: 'network',
  severity: 'low',
  default: 'off',
  on: 'resource',
  kinds: ['Service'],
  why: 'The name leads out of the cluster past network policies, and whoever owns it later answers in its place.',
  remedy: 'Prefer ServiceEntry or explicit egress policies.',
  standards: { mitre: ['T1557', 'T1090'] },
  peers: { trivy: ['KSV-0108'] },
  suppressedBy: ['service-external-name-localhost'],
  options: {
    allowed: {
      type: 'strings',
      describe: 'Hosts that Services may stand for; * matches any run of characters.',
      default: [],
    },
  },
  run(service, { options }) {
    const name = str(dig(service.manifest, 'spec', 'externalName')) ?? '';
    if (serviceType(service) !== 'ExternalName' || matchesAny(name, options.allowed)) return;
    return {
      at: ['spec', 'externalName'],
      message: `${labelOf(service)} stands for ${name === '' ? 'a name' : printable(name)} outside the cluster.`,
    };
  },
});
