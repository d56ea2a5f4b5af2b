import {
  absent,
  and,
  atLeast,
  below,
  defineCheck,
  dig,
  type Edit,
  type Gathered,
  Label,
  list,
  printable,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'probe-or-lifecycle-host',
  title: 'Probe or lifecycle hook targets an arbitrary host',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'container',
  why: "The kubelet sends the request from the node, so the pod's author makes the node call hosts that the pod itself may not reach.",
  remedy: 'Delete host so that the pod IP is used; use the Host header for virtual hosts.',
  standards: {
    pss: ['baseline/hostProbesAndHostLifecycle'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    mitre: ['T1090'],
  },
  peers: { psa: ['hostProbesAndHostLifecycle'] },
  run(container, context) {
    if (!atLeast(context.kubeVersion, 34)) return;
    let found: Gathered;
    for (const hook of hooks) {
      const action = dig(container.spec, ...hook);
      if (absent(action)) continue;
      for (const handler of handlers) {
        const host = dig(action, handler, 'host');
        if (absent(host) || host === '') continue;
        const path = [...hook, handler];
        const at = below(container.path, ...path, 'host');
        const edits: Edit[] = [{ op: 'remove', path: at }];
        const headers = list(dig(container.spec, ...path, 'httpHeaders'));
        const hasHost = headers.some((header) => str(dig(header, 'name'))?.toLowerCase() === 'host');
        const header = { name: 'Host', value: host };
        const headersAt = below(container.path, ...path, 'httpHeaders');
        if (handler === 'httpGet' && !hasHost)
          edits.push(
            headers.length === 0
              ? { op: 'set', path: headersAt, value: [header] }
              : { op: 'set', path: below(headersAt, headers.length), value: header },
          );
        found = and(found, {
          at,
          message: `${Label(container)} sends its ${hook.at(-1) ?? ''} to the host ${printable(host)}.`,
          fix: { description: 'Remove host, so that the request goes to the pod itself.', edits, risky: true },
        });
      }
    }
    return found;
  },
});

const handlers = ['httpGet', 'tcpSocket'];

const hooks = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
];
