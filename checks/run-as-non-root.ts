import {
  and,
  atLeast,
  below,
  type ContainerSubject,
  defineCheck,
  dig,
  effective,
  type Fix,
  type Gathered,
  hasOwnUsers,
  int,
  Label,
  ownerLabel,
  type Path,
  sharedSettingAt,
  type Violation,
} from '../src/check.ts';

export default defineCheck({
  id: 'run-as-non-root',
  title: 'Container may run as root',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: "As root in the container, an attacker may change the image's files, use root-only kernel interfaces and is root on the node after an escape.",
  remedy: 'Set runAsNonRoot true at pod level and make sure the image has a numeric non-zero USER.',
  standards: {
    pss: ['restricted/runAsNonRoot'],
    nsa: ['Kubernetes Pod security: non-root containers'],
    cis: ['5.2.7'],
    mitre: ['T1611', 'T1548'],
  },
  peers: {
    checkov: ['CKV_K8S_23', 'CKV_ARGO_2'],
    trivy: ['KSV-0012'],
    'kube-linter': ['run-as-non-root'],
    polaris: ['runAsRootAllowed'],
    kubescape: ['C-0013', 'C-0198', 'C-0211'],
    kubesec: ['RunAsNonRoot'],
    kyverno: [
      'pod-security/require-run-as-nonroot',
      'istio/service-mesh-require-run-as-nonroot',
      'other/add-default-securitycontext',
      'pod-security/restricted-latest',
      'pod-security/restricted-exclude-capabilities',
      'pod-security/restricted-exclude-seccomp',
    ],
    psa: ['runAsNonRoot'],
    monokle: ['PSS203'],
  },
  suppressedBy: ['run-as-root-user'],
  options: {
    'uid-implies-nonroot': { type: 'boolean', describe: 'Let an effective runAsUser above 0 pass.', default: false },
  },
  run(pod, context) {
    if (hasOwnUsers(pod) && atLeast(context.kubeVersion, 35)) return;
    const byUid = context.options['uid-implies-nonroot'] === true;
    const uid = (container: ContainerSubject): number | undefined => int(effective(container, 'runAsUser').value);
    const isUser = (id: number | undefined): boolean => id !== undefined && id > 0;
    const podPath = pod.at('securityContext', 'runAsNonRoot');
    const known = pod.containers.every((container) => isUser(uid(container)));
    const isRoot = pod.containers.some((container) => uid(container) === 0);
    // Where no user is named, the image may be made for root and will not start.
    const fixAt = (path: Path): Fix | undefined =>
      isRoot
        ? undefined
        : {
            description: 'Set runAsNonRoot to true.',
            edits: [{ op: 'set', path, value: true }],
            ...(known ? {} : { risky: 'suggest' }),
          };
    const own = dig(pod.spec, 'securityContext', 'runAsNonRoot');
    let found: Gathered;
    if (own === false && !(byUid && known))
      found = and(found, violation(podPath, `${ownerLabel(pod)} sets runAsNonRoot to false.`, fixAt(podPath)));
    for (const container of pod.containers) {
      const value = dig(container.spec, 'securityContext', 'runAsNonRoot') ?? own;
      // A false of the pod is reported once, above.
      if (value === true || (byUid && isUser(uid(container)))) continue;
      const at = below(container.path, 'securityContext', 'runAsNonRoot');
      if (dig(container.spec, 'securityContext', 'runAsNonRoot') === false)
        found = and(found, violation(at, `${Label(container)} sets runAsNonRoot to false.`, fixAt(at)));
      else if (own !== false)
        found = and(
          found,
          violation(
            at,
            `${Label(container)} may run as root: runAsNonRoot is not set.`,
            fixAt(sharedSettingAt(container, 'runAsNonRoot')),
          ),
        );
    }
    return found;
  },
});

function violation(at: Path, message: string, fix: Fix | undefined): Violation {
  return fix === undefined ? { at, message } : { at, message, fix };
}
