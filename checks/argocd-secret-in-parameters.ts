import {
  and,
  applicationKinds,
  below,
  credentialForm,
  defineCheck,
  dig,
  type Gathered,
  isCredentialName,
  isCredentialValue,
  type Json,
  type Path,
  type Resource,
  scalarsIn,
  scalarsInText,
  sourcesOf,
  wordsOf,
} from '../src/check.ts';

function placesOf(resource: Resource): { path: Path; value: Json | undefined }[] {
  if (resource.kind === 'HelmRelease')
    return [{ path: ['spec', 'values'], value: dig(resource.manifest, 'spec', 'values') }];
  const fields = [
    ['helm', 'parameters'],
    ['helm', 'values'],
    ['helm', 'valuesObject'],
    ['plugin', 'env'],
  ];
  return sourcesOf(resource).flatMap(({ path, source }) =>
    fields.map((field) => ({ path: below(path, ...field), value: dig(source, ...field) })),
  );
}

export default defineCheck({
  id: 'argocd-secret-in-parameters',
  title: 'Credential in Helm or Kustomize parameters',
  category: 'gitops',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: [...applicationKinds, 'HelmRelease.helm.toolkit.fluxcd.io'],
  why: 'Everyone who reads the repository or the Application reads the credential, and it stays in the history of Git for good.',
  remedy: 'Reference an existing Secret.',
  standards: { nsa: ['Network separation and hardening: Secrets'], mitre: ['T1552.001'] },
  run(resource) {
    let found: Gathered;
    for (const { path, value } of placesOf(resource)) {
      const text = typeof value === 'string';
      for (const scalar of text ? scalarsInText(value) : scalarsIn(value)) {
        const form = credentialForm(scalar.value);
        const named = isCredentialName(scalar.name) && !namesSecret(scalar) && isCredentialValue(scalar.value);
        if (form !== undefined || named)
          found = and(found, {
            at: text ? path : below(path, ...scalar.path),
            message: `${form === undefined ? 'A credential' : `${form.charAt(0).toUpperCase()}${form.slice(1)}`} stands in the parameter ${scalar.name}.`,
          });
      }
    }
    return found;
  },
});

/**
 * Whether the scalar says what a Secret or a key in it is called, as values of charts do: `existingSecretPassword`,
 * `envFromSecret`, `tls.secret: web-tls`, `secrets: [web, api]`. What is called the secret of a client and the like is one.
 */
function namesSecret({ path, name, value }: { path: Path; name: string; value: string }): boolean {
  const words = wordsOf(name);
  if (/(?:^| )existing |(?:^| )from secrets?(?: |$)/.test(words)) return true;
  if (typeof path.at(-1) === 'number' && /secrets?$/.test(words)) return true;
  return (
    /(?:^| )secrets?(?: \d+| (?:[a-z]+ )?key)?$/.test(words) &&
    !/(?:^| )(?:client|shared|cookie|session|webhook|app|signing|jwt|hmac) secrets?$/.test(words) &&
    /^[a-z]+(?:\d{0,2}(?:[-.][a-z]+\d{0,2})+)?$/.test(value)
  );
}
