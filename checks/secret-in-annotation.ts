import { credentialForm, defineCheck, dig, type JsonMap, map, type Path, podsOf, str } from '../src/check.ts';

export default defineCheck({
  id: 'secret-in-annotation',
  title: 'Credential is stored in metadata',
  category: 'secrets',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Any'],
  why: 'Annotations are shown by every tool and readable for everyone who may see the object.',
  remedy: 'Delete the annotation and rotate the credential.',
  standards: { nsa: ['Network separation and hardening: Secrets'], mitre: ['T1552'] },
  *run(resource) {
    const places: { path: Path; annotations: JsonMap }[] = [
      { path: ['metadata', 'annotations'], annotations: map(dig(resource.manifest, 'metadata', 'annotations')) },
      ...podsOf(resource)
        .filter((pod) => pod.metadataPath.length > 1)
        .map((pod) => ({ path: [...pod.metadataPath, 'annotations'], annotations: map(pod.metadata.annotations) })),
    ];
    for (const { path, annotations } of places)
      for (const [key, value] of Object.entries(annotations)) {
        const form = credentialForm(str(value) ?? '');
        const at = [...path, key];
        if (form !== undefined) yield { at, message: `The annotation ${key} carries ${form}.` };
        else if (key === 'kubectl.kubernetes.io/last-applied-configuration' && resource.kind === 'Secret')
          yield { at, message: `The annotation ${key} repeats the data of the Secret.` };
      }
  },
});
