import {
  appArmorAnnotation,
  atLeast,
  defineCheck,
  effective,
  Label,
  map,
  podAnnotation,
  sharedSettingAt,
} from '../src/check.ts';

export default defineCheck({
  id: 'apparmor-profile-missing',
  title: 'No AppArmor profile is requested',
  category: 'pod-security',
  severity: 'info',
  default: 'off',
  on: 'container',
  why: "On nodes with AppArmor a named profile keeps the container confined even where the runtime's default was changed.",
  remedy: 'Set appArmorProfile.type RuntimeDefault or Localhost.',
  standards: { nsa: ['Kubernetes Pod security: Pod security enforcement'], mitre: ['T1611'] },
  peers: { kubesec: ['ApparmorAny'], kyverno: ['psp-migration/add-apparmor'] },
  suppressedBy: ['apparmor-profile-disallowed'],
  run(container, context) {
    if (container.pod.windows) return;
    const { value, at } = effective(container, 'appArmorProfile', 'type');
    const annotation = podAnnotation(container.pod, appArmorAnnotation + container.name) ?? '';
    // Unconfined names none.
    if (value !== undefined && value !== 'Unconfined') return;
    if (value === undefined && annotation !== '' && annotation !== 'unconfined') return;
    const annotations = map(container.pod.metadata.annotations);
    const isAnnotated = Object.keys(annotations).some((key) => key.startsWith(appArmorAnnotation));
    // The API refuses a field that contradicts a container's annotation, and the pod's field counts for every container.
    const path = isAnnotated ? at.slice(0, -1) : sharedSettingAt(container, 'appArmorProfile');
    return {
      at,
      message: `${Label(container)} names no AppArmor profile.`,
      ...(atLeast(context.kubeVersion, 30) && value === undefined && annotation === ''
        ? {
            fix: {
              description: 'Set appArmorProfile.type to RuntimeDefault.',
              edits: [{ op: 'set', path, value: { type: 'RuntimeDefault' } }],
            },
          }
        : {}),
    };
  },
});
