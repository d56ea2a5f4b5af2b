import { and, below, defineCheck, dig, type Gathered, int, Label, list, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'host-port',
  title: 'Container claims a port on the node',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'container',
  why: "The port is open on the node's address, past Services and most network policies, and no second replica fits on the node.",
  remedy: 'Drop hostPort and publish through a Service, Ingress or Gateway.',
  standards: {
    pss: ['baseline/hostPorts'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.13'],
    mitre: ['T1133'],
  },
  peers: {
    checkov: ['CKV_K8S_26'],
    trivy: ['KSV-0024'],
    polaris: ['hostPortSet'],
    kubescape: ['C-0044'],
    kyverno: [
      'pod-security/disallow-host-ports',
      'pod-security/disallow-host-ports-range',
      'pod-security/podsecurity-subrule-baseline',
    ],
    psa: ['hostPorts'],
    monokle: ['PSS106'],
  },
  suppressedBy: ['host-network'],
  options: {
    allowed: {
      type: 'strings',
      describe: 'Ports or ranges that may be claimed, such as 8125 or 30000-30010.',
      default: [],
    },
  },
  run(container, context) {
    if (container.pod.spec.hostNetwork === true) return;
    let found: Gathered;
    for (const [index, port] of list(container.spec.ports).entries()) {
      const hostPort = int(dig(port, 'hostPort'));
      if (hostPort === undefined || hostPort === 0) continue;
      if (inRanges(hostPort, textOption(context.options.allowed))) continue;
      found = and(found, {
        at: below(container.path, 'ports', index, 'hostPort'),
        message: `${Label(container)} claims port ${hostPort} of the node.`,
      });
    }
    return found;
  },
});

/** Ranges as `from-to`, or a single port. */
function inRanges(port: number, ranges: readonly string[]): boolean {
  return ranges.some((range) => {
    const [from, to = from] = range.split('-').map(Number);
    return from !== undefined && to !== undefined && port >= from && port <= to;
  });
}
