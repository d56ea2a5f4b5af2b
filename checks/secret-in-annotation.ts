import { and, below, credentialForm, defineCheck, type Gathered, map, metadataOf, str } from '../src/check.ts';

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
  run(resource) {
    let found: Gathered;
    for (const { path, metadata } of metadataOf(resource))
      for (const [key, value] of Object.entries(map(metadata.annotations))) {
        const form = credentialForm(str(value) ?? '');
        const at = below(path, 'annotations', key);
        if (form !== undefined) found = and(found, { at, message: `The annotation ${key} carries ${form}.` });
        else if (key === 'kubectl.kubernetes.io/last-applied-configuration' && resource.kind === 'Secret')
          found = and(found, { at, message: `The annotation ${key} repeats the data of the Secret.` });
      }
    return found;
  },
});
