import {
  and,
  below,
  credentialForm,
  defineCheck,
  dig,
  type Gathered,
  isCredentialName,
  isCredentialValue,
  isMap,
  type Json,
  labelOf,
  list,
  map,
  type Path,
  strings,
} from '../src/check.ts';

export default defineCheck({
  id: 'cluster-secret-store-unrestricted',
  title: 'ClusterSecretStore is open to every namespace',
  category: 'secrets',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['ClusterSecretStore.external-secrets.io'],
  why: 'Whoever may create an ExternalSecret in any namespace reads every secret that the store reaches.',
  remedy: 'Add conditions with a namespace selector, or use a namespaced SecretStore.',
  standards: { nsa: ['Network separation and hardening: Secrets'], mitre: ['T1552'] },
  run(resource) {
    const conditions = list(dig(resource.manifest, 'spec', 'conditions'));
    let found: Gathered;
    if (!conditions.some(restricts) || conditions.some(opens))
      found = and(found, {
        at: ['spec', 'conditions'],
        message: `${labelOf(resource)} is open to every namespace.`,
      });
    for (const at of inlineCredentials(dig(resource.manifest, 'spec', 'provider'), ['spec', 'provider']))
      found = and(found, {
        at,
        message: `${labelOf(resource)} carries a credential of its provider in the manifest.`,
      });
    return found;
  },
});

function restricts(condition: Json): boolean {
  return (
    strings(dig(condition, 'namespaces')).length > 0 ||
    strings(dig(condition, 'namespaceRegexes')).length > 0 ||
    Object.values(map(dig(condition, 'namespaceSelector'))).some((part) => Object.keys(part ?? {}).length > 0)
  );
}

/** A namespace that meets one condition is let in: an empty selector and an expression for anything meet all. */
function opens(condition: Json): boolean {
  const selector = dig(condition, 'namespaceSelector');
  return (
    (isMap(selector) && !restricts({ namespaceSelector: selector })) ||
    strings(dig(condition, 'namespaceRegexes')).some((expression) => /^\^?\.[*+]\$?$/.test(expression))
  );
}

/** Paths of strings that are credentials; references to Secrets are mappings with a name and a key. */
function* inlineCredentials(value: Json | undefined, path: Path): Generator<Path> {
  for (const [key, inner] of isMap(value) ? Object.entries(value) : [...list(value).entries()]) {
    const at = below(path, key);
    if (typeof inner !== 'string') {
      if (!String(key).endsWith('Ref')) yield* inlineCredentials(inner, at);
    } else if (credentialForm(inner) !== undefined || (holdsCredential(String(key)) && isCredentialValue(inner)))
      yield at;
  }
}

/** A webhook's header for the server to know it by has one, too. */
function holdsCredential(key: string): boolean {
  return isCredentialName(key) || /^(?:proxy-)?authorization$/i.test(key);
}
