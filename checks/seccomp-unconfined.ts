import {
  and,
  atLeast,
  below,
  defineCheck,
  type Gathered,
  map,
  printable,
  profileEdits,
  settingsOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'seccomp-unconfined',
  title: 'Seccomp profile is explicitly disabled',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: "Without a seccomp filter the container may use every system call of the node's kernel, and with it every hole in it.",
  remedy: 'Use RuntimeDefault, or Localhost with a profile that exists on the nodes.',
  standards: {
    pss: ['baseline/seccompProfile'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.7.2'],
    mitre: ['T1611'],
  },
  peers: {
    trivy: ['KSV-0104'],
    kubesec: ['SeccompUnconfined'],
    kyverno: ['pod-security/restrict-seccomp', 'pod-security/podsecurity-subrule-baseline'],
    psa: ['seccompProfile_baseline'],
    monokle: ['PSS110'],
  },
  run(pod, context) {
    let found: Gathered;
    for (const setting of settingsOf(pod, 'seccompProfile', 'type'))
      if (setting.value !== 'RuntimeDefault' && setting.value !== 'Localhost')
        found = and(found, {
          at: setting.at,
          message: `${setting.who} sets the seccomp profile to ${printable(setting.value)}.`,
          fix: {
            description: 'Set seccompProfile.type to RuntimeDefault.',
            edits: profileEdits(pod.resource, setting.at, 'RuntimeDefault'),
            risky: true,
          },
        });
    const ignored = atLeast(context.kubeVersion, 27) ? ' Clusters from v1.27 on ignore it.' : '';
    for (const [key, value] of Object.entries(map(pod.metadata.annotations)))
      if (/^(container\.)?seccomp\.security\.alpha\.kubernetes\.io\//.test(key) && value === 'unconfined')
        found = and(found, {
          at: below(pod.metadataPath, 'annotations', key),
          message: `Annotation ${key} turns the seccomp profile off.${ignored}`,
          // What is said of an annotation is not said of the profiles of all containers.
          about: key,
        });
    return found;
  },
});
