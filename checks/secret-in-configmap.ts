import {
  and,
  assignmentsIn,
  credentialForm,
  defineCheck,
  fromBase64,
  type Gathered,
  isCredentialName,
  isCredentialValue,
  labelOf,
  map,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'secret-in-configmap',
  title: 'ConfigMap stores credentials',
  category: 'secrets',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['ConfigMap'],
  why: 'ConfigMaps are readable by nearly everyone in a namespace and by whoever reads the repository; what is in there is no secret any more.',
  remedy: 'Store the item in a Secret managed by an external secret operator.',
  standards: { nsa: ['Network separation and hardening: Secrets'], mitre: ['T1552.001'] },
  peers: { trivy: ['KSV-0109'], polaris: ['sensitiveConfigmapContent'], kubescape: ['C-0012'] },
  run(resource) {
    const texts = [
      ...Object.entries(map(resource.manifest.data)).map(([key, value]) => ({
        at: ['data', key],
        key,
        text: str(value) ?? '',
      })),
      ...Object.entries(map(resource.manifest.binaryData)).map(([key, value]) => ({
        at: ['binaryData', key],
        key,
        text: fromBase64(str(value) ?? '') ?? '',
      })),
    ];
    let found: Gathered;
    for (const { at, key, text } of texts) {
      const form = credentialForm(text);
      const named =
        !text.trim().includes('\n') && isCredentialName(key) && isCredentialValue(text)
          ? key
          : [...assignmentsIn(text)].find(({ name, value }) => isCredentialName(name) && isCredentialValue(value))
              ?.name;
      const name = labelOf(resource);
      if (form !== undefined) found = and(found, { at, message: `${name} stores ${form} under ${key}.` });
      else if (named !== undefined)
        found = and(found, {
          at,
          message: `${name} stores a credential under ${key}${named === key ? '' : `, at ${named}`}.`,
        });
    }
    return found;
  },
});
