import {
  appArmorAnnotation,
  below,
  type ContainerSubject,
  defineCheck,
  droppedCapabilities,
  effective,
  isEmptyMap,
  Label,
  podAnnotation,
} from '../src/check.ts';

export default defineCheck({
  id: 'linux-hardening-missing',
  title: 'Container has no kernel-level confinement at all',
  category: 'pod-security',
  severity: 'medium',
  default: 'off',
  on: 'container',
  why: "Nothing but the user ID stands between the process and the node's kernel.",
  remedy: 'Start with seccompProfile RuntimeDefault and capabilities.drop ALL.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], cis: ['5.7.3'], mitre: ['T1611'] },
  peers: { polaris: ['linuxHardening'], kubescape: ['C-0055'] },
  suppressedBy: ['seccomp-profile-missing', 'capabilities-not-dropped'],
  run(container) {
    if (container.pod.windows) return;
    const seccomp = effective(container, 'seccompProfile', 'type').value;
    const confined =
      (seccomp !== undefined && seccomp !== 'Unconfined') ||
      confinesByAppArmor(container) ||
      !isEmptyMap(effective(container, 'seLinuxOptions').value) ||
      droppedCapabilities(container).length > 0;
    if (!confined)
      return {
        at: below(container.path, 'securityContext'),
        message: `${Label(container)} has no seccomp or AppArmor profile, no SELinux options and drops no capability.`,
      };
  },
});

/** Unconfined, as field or as annotation, names no profile. */
function confinesByAppArmor(container: ContainerSubject): boolean {
  const type =
    effective(container, 'appArmorProfile', 'type').value ??
    podAnnotation(container.pod, appArmorAnnotation + container.name) ??
    '';
  return !['', 'Unconfined', 'unconfined'].includes(typeof type === 'string' ? type : '');
}
