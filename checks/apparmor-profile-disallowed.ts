import {
  and,
  appArmorAnnotation,
  atLeast,
  below,
  defineCheck,
  type Edit,
  type Fix,
  type Gathered,
  map,
  printable,
  profileEdits,
  settingsOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'apparmor-profile-disallowed',
  title: 'AppArmor confinement is disabled or overridden',
  category: 'pod-security',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: "Without its AppArmor profile the container may mount, trace and write where the runtime's profile would stop it.",
  remedy: 'Use RuntimeDefault or a Localhost profile.',
  standards: {
    pss: ['baseline/appArmorProfile'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.7.3'],
    mitre: ['T1611'],
  },
  peers: {
    trivy: ['KSV-0002'],
    kubesec: ['ApparmorUnconfined'],
    kyverno: ['pod-security/restrict-apparmor-profiles', 'pod-security/podsecurity-subrule-baseline'],
    psa: ['appArmorProfile'],
    monokle: ['PSS107'],
  },
  run(pod, context) {
    let found: Gathered;
    for (const setting of settingsOf(pod, 'appArmorProfile', 'type'))
      if (setting.value !== 'RuntimeDefault' && setting.value !== 'Localhost')
        found = and(found, {
          at: setting.at,
          message: `${setting.who} sets the AppArmor profile to ${printable(setting.value)}.`,
          fix: repair('RuntimeDefault', profileEdits(pod.resource, setting.at, 'RuntimeDefault')),
        });
    const advice = atLeast(context.kubeVersion, 30) ? ' Use the field appArmorProfile instead.' : '';
    for (const [key, value] of Object.entries(map(pod.metadata.annotations))) {
      if (!key.startsWith(appArmorAnnotation) || value === '' || value === null) continue;
      if (value === 'runtime/default' || (typeof value === 'string' && value.startsWith('localhost/'))) continue;
      const at = below(pod.metadataPath, 'annotations', key);
      found = and(found, {
        at,
        message: `Annotation ${key} sets the AppArmor profile to ${printable(value)}.${advice}`,
        fix: repair('runtime/default', [{ op: 'set', path: at, value: 'runtime/default' }]),
      });
    }
    return found;
  },
});

function repair(value: string, edits: readonly Edit[]): Fix {
  return { description: `Set the AppArmor profile to ${value}.`, edits, risky: true };
}
