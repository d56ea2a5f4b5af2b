import {
  and,
  atLeast,
  defineCheck,
  dig,
  type Gathered,
  type JsonMap,
  list,
  map,
  scalarText,
  strings,
} from '../src/check.ts';

export default defineCheck({
  id: 'pod-security-policy-permissive',
  title: 'PodSecurityPolicy permits risky pods',
  category: 'admission',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['PodSecurityPolicy.policy'],
  why: 'Whoever may use this policy can start pods that take the node over.',
  remedy: 'Migrate to Pod Security Admission.',
  standards: {
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.2', '5.2.3', '5.2.4', '5.2.5', '5.2.6', '5.2.7', '5.2.8', '5.2.9', '5.2.10'],
  },
  peers: {
    checkov: [
      'CKV_K8S_1',
      'CKV_K8S_2',
      'CKV_K8S_3',
      'CKV_K8S_4',
      'CKV_K8S_5',
      'CKV_K8S_6',
      'CKV_K8S_7',
      'CKV_K8S_24',
      'CKV_K8S_32',
      'CKV_K8S_36',
    ],
    kubescape: ['C-0016', 'C-0213', 'C-0214', 'C-0215', 'C-0216', 'C-0217', 'C-0218', 'C-0219', 'C-0220'],
  },
  suppressedBy: ['removed-api-version'],
  run(resource, context) {
    if (atLeast(context.kubeVersion, 25)) return;
    const spec = map(resource.manifest.spec);
    let found: Gathered;
    for (const field of ['privileged', 'hostPID', 'hostIPC', 'hostNetwork'])
      if (spec[field] === true) found = and(found, { at: ['spec', field], message: `The policy permits ${field}.` });
    if (spec.allowPrivilegeEscalation !== false)
      found = and(found, {
        at: ['spec', 'allowPrivilegeEscalation'],
        message: 'The policy permits privilege escalation.',
      });
    if (permitsRoot(spec))
      found = and(found, { at: ['spec', 'runAsUser', 'rule'], message: 'The policy permits running as root.' });
    if (list(spec.allowedCapabilities).length > 0)
      found = and(found, {
        at: ['spec', 'allowedCapabilities'],
        message: `The policy permits adding the capabilities ${strings(spec.allowedCapabilities).join(', ')}.`,
      });
    if (!strings(spec.requiredDropCapabilities).some((name) => ['ALL', 'NET_RAW'].includes(name.toUpperCase())))
      found = and(found, {
        at: ['spec', 'requiredDropCapabilities'],
        message: 'The policy does not make containers drop ALL or NET_RAW.',
      });
    const profile = scalarText(dig(resource.manifest, ...seccomp));
    if (profile === '') found = and(found, { at: seccomp, message: 'The policy sets no default seccomp profile.' });
    else if (profile !== 'runtime/default' && profile !== 'docker/default')
      found = and(found, {
        at: seccomp,
        message: `The policy sets the default seccomp profile ${profile}, not the runtime's.`,
      });
    return found;
  },
});

const seccomp = ['metadata', 'annotations', 'seccomp.security.alpha.kubernetes.io/defaultProfileName'];

function permitsRoot(spec: JsonMap): boolean {
  const rule = dig(spec, 'runAsUser', 'rule');
  if (rule === 'MustRunAsNonRoot') return false;
  if (rule !== 'MustRunAs') return true;
  return list(dig(spec, 'runAsUser', 'ranges')).some((range) => dig(range, 'min') === 0);
}
