import {
  and,
  applicationKinds,
  assignmentsIn,
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
  sourcesOf,
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
      const lines =
        typeof value === 'string' ? [...assignmentsIn(value)].map((one) => ({ ...one, path: [] })) : scalarsIn(value);
      for (const scalar of lines) {
        const form = credentialForm(scalar.value);
        const named = isCredentialName(scalar.name) && !isSecretName(scalar) && isCredentialValue(scalar.value);
        if (form !== undefined || named)
          found = and(found, {
            at: below(path, ...scalar.path),
            message: `${form === undefined ? 'A credential' : `${form.charAt(0).toUpperCase()}${form.slice(1)}`} stands in the parameter ${scalar.name}.`,
          });
      }
    }
    return found;
  },
});

/** Whether the scalar is of a list like `secrets: [web, api]`, which says what Secrets are called. */
function isSecretName({ path, name }: { path: Path; name: string }): boolean {
  return typeof path.at(-1) === 'number' && /secrets?$/i.test(name);
}
