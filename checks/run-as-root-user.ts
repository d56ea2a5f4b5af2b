import { and, atLeast, defineCheck, effective, type Gathered, hasOwnUsers, int, settingsOf } from '../src/check.ts';

export default defineCheck({
  id: 'run-as-root-user',
  title: 'runAsUser is explicitly 0',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: "The process is root in the container by order: it may change the image's files, and is root on the node after an escape.",
  remedy: 'Pick a non-zero UID that owns the files the process needs.',
  standards: {
    pss: ['restricted/runAsUser'],
    nsa: ['Kubernetes Pod security: non-root containers'],
    cis: ['5.2.7'],
    mitre: ['T1611'],
  },
  peers: {
    trivy: ['KSV-0105'],
    'kube-linter': ['run-as-non-root'],
    kyverno: [
      'pod-security/require-run-as-non-root-user',
      'pod-security/restricted-latest',
      'pod-security/restricted-exclude-capabilities',
      'pod-security/restricted-exclude-seccomp',
    ],
    psa: ['runAsUser'],
    monokle: ['PSS204'],
  },
  run(pod, context) {
    if (hasOwnUsers(pod) && atLeast(context.kubeVersion, 35)) return;
    let found: Gathered;
    for (const setting of settingsOf(pod, 'runAsUser')) {
      if (int(setting.value) !== 0) continue;
      const concerned =
        setting.container === undefined
          ? pod.containers.filter((container) => effective(container, 'runAsUser').from === 'pod')
          : [setting.container];
      found = and(
        found,
        concerned.some((container) => effective(container, 'runAsNonRoot').value === true)
          ? {
              at: setting.at,
              message: `${setting.who} sets runAsUser to 0 beside runAsNonRoot: it will not start.`,
              severity: 'high',
            }
          : { at: setting.at, message: `${setting.who} sets runAsUser to 0.` },
      );
    }
    return found;
  },
});
