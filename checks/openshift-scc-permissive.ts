import { and, capabilityName, dangerousCapabilities, defineCheck, dig, type Gathered, strings } from '../src/check.ts';

const switches = [
  'allowPrivilegedContainer',
  'allowHostPID',
  'allowHostIPC',
  'allowHostNetwork',
  'allowHostPorts',
  'allowHostDirVolumePlugin',
];
const builtIn = new Set([
  ...[
    'anyuid',
    'hostaccess',
    'hostmount-anyuid',
    'hostnetwork',
    'hostnetwork-v2',
    'node-exporter',
    'nonroot',
    'nonroot-v2',
  ],
  ...['privileged', 'restricted', 'restricted-v2', 'machine-api-termination-handler', 'nested-container'],
]);

export default defineCheck({
  id: 'openshift-scc-permissive',
  title: 'SecurityContextConstraint permits risky pods',
  category: 'admission',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['SecurityContextConstraints.security.openshift.io'],
  why: 'Whoever may use the constraint can start pods that take the node over.',
  remedy: 'Derive from restricted-v2.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], mitre: ['T1611'] },
  peers: { 'kube-linter': ['scc-deny-privileged-container'] },
  run(resource) {
    if (builtIn.has(resource.name)) return;
    let found: Gathered;
    for (const field of switches)
      if (resource.manifest[field] === true)
        found = and(found, { at: [field], message: `The constraint sets ${field}.` });
    const added = strings(resource.manifest.allowedCapabilities).filter(
      (name) => name === '*' || dangerousCapabilities.includes(capabilityName(name)),
    );
    if (added.length > 0)
      found = and(found, {
        at: ['allowedCapabilities'],
        message: `The constraint allows the capabilities ${added.join(', ')}.`,
      });
    if (dig(resource.manifest, 'runAsUser', 'type') === 'RunAsAny')
      found = and(found, { at: ['runAsUser', 'type'], message: 'The constraint allows any user, root included.' });
    if (strings(resource.manifest.groups).includes('system:authenticated'))
      found = and(found, { at: ['groups'], message: 'The constraint is for every user.' });
    return found;
  },
});
