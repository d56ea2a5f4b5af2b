import {
  defineCheck,
  dig,
  isCredentialName,
  isPlaceholder,
  labelOf,
  list,
  type Resource,
  secretValues,
  str,
} from '../src/check.ts';

export default defineCheck({
  id: 'plaintext-secret-manifest',
  title: 'Secret with real data is committed or rendered',
  category: 'secrets',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Secret'],
  why: 'Base64 is no encryption: everyone who reads the repository or its history has the Secret, and so has every tool that renders it.',
  remedy: 'Use ExternalSecret, SealedSecret, SOPS or the Secrets Store CSI driver.',
  standards: { nsa: ['Network separation and hardening: Secrets'], cis: ['5.4.2'], mitre: ['T1552.001'] },
  suppressedBy: ['bootstrap-token-secret'],
  options: {
    rendered: {
      type: 'boolean',
      describe: 'Manifests are only rendered, never committed: report as low.',
      default: false,
    },
  },
  run(resource, context) {
    if (!isPlainSecret(resource)) return;
    const values = secretValues(resource).filter(({ value }) => isSecretText(value));
    const keys = values.map(({ key }) => key);
    // One of them is enough to lead to where it is written: the one that is called a secret, if any is.
    const shown = values.find(({ key }) => isCredentialName(key)) ?? values[0];
    if (shown !== undefined)
      return {
        at: shown.at,
        message: `${labelOf(resource)} carries its data in plain text or base64 (${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ' …' : ''}).`,
        about: 'secret',
        ...(context.options.rendered === true ? { severity: 'low' as const } : {}),
      };
  },
});

/** Neither encrypted nor made by the cluster itself. */
function isPlainSecret({ manifest }: Resource): boolean {
  const owners = list(dig(manifest, 'metadata', 'ownerReferences'));
  return (
    !['kubernetes.io/service-account-token', 'helm.sh/release.v1'].includes(str(manifest.type) ?? '') &&
    manifest.sops === undefined &&
    !owners.some((owner) => ['SealedSecret', 'ExternalSecret'].includes(str(dig(owner, 'kind')) ?? ''))
  );
}

function isSecretText(value: string): boolean {
  const text = value.trim();
  return (
    text !== '' &&
    !isPlaceholder(text) &&
    !filledIn.test(text) &&
    !/\{\{|^<.*>$|^ref\+|^ENC\[|^vault:|-----BEGIN AGE ENCRYPTED/.test(text)
  );
}

/** All of it is a variable without a default, which Flux or envsubst puts in. */
const filledIn = /^\$(?:\{\w+\}|\(\w+\))$/;
