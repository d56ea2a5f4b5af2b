import { describe, expect, test } from '@jest/globals';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import fc from 'fast-check';
import { credentialForm } from '../../src/subjects/credentials.ts';

/** What secretlint's recommended rules find in a line of YAML, by rule. */
async function secretlint(value: string): Promise<string[]> {
  const { messages } = await lintSource({
    source: { filePath: '/manifest.yaml', content: `value: "${value}"\n`, contentType: 'text' },
    options: { noPhysicFilePath: true, config: { rules: [{ id: '@secretlint/preset', rule: creator }] } },
  });
  return messages.map(({ ruleId }) => ruleId.replace('@secretlint/secretlint-rule-', ''));
}

const alnum = '[A-Za-z0-9]';
/** Tokens as their makers form them, by secretlint's rule. */
const tokens: readonly (readonly [rule: string, form: RegExp])[] = [
  ['slack', /^xox[bp]-[0-9]{12}-[0-9]{12}-[A-Za-z0-9]{24}$/],
  ['slack', /^xapp-1-A[0-9A-Z]{10}-[0-9]{13}-[a-f0-9]{40}$/],
  ['slack', /^https:\/\/hooks\.slack\.com\/services\/T[A-Z0-9]{8}\/B[A-Z0-9]{8}\/[A-Za-z0-9]{24}$/],
  ['npm', /^npm_[A-Za-z0-9]{36}$/],
  ['github', /^gh[pousr]_[A-Za-z0-9]{36}$/],
  ['github', /^github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}$/],
  ['gitlab', /^glpat-[A-Za-z0-9_]{20}$/],
  ['grafana', /^glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}$/],
  ['grafana', /^glc_[A-Za-z0-9]{60}$/],
  ['openai', new RegExp(`^sk-${alnum}{20}T3BlbkFJ${alnum}{20}$`)],
  ['openai', new RegExp(`^sk-(proj|svcacct|admin)-${alnum}{74}T3BlbkFJ${alnum}{74}$`)],
  ['anthropic', /^sk-ant-api03-[A-Za-z0-9_]{93}AA$/],
  ['groq', /^gsk_[A-Za-z0-9]{52}$/],
  ['huggingface', /^hf_[A-Za-z]{34}$/],
  ['linear', /^lin_api_[A-Za-z0-9]{40}$/],
  ['notion', /^ntn_[0-9]{11}[A-Za-z0-9]{35}$/],
  ['sendgrid', /^SG\.[A-Za-z0-9]{22}\.[A-Za-z0-9]{43}$/],
  ['shopify', /^shp(pa|ca|at|ss)_[a-f0-9]{32}$/],
  ['stripe', /^(sk|rk)_(live|test)_[A-Za-z0-9]{24}$/],
  ['hashicorp-vault', /^hvs\.[A-Za-z0-9_]{95}$/],
  ['hashicorp-vault', /^hvb\.[A-Za-z0-9_]{140}$/],
  ['vercel', /^vcp_[A-Za-z0-9]{24}$/],
  ['databricks', /^dapi[a-f0-9]{32}$/],
  ['docker', /^dckr_pat_[A-Za-z0-9_]{27}$/],
  ['figma', /^figd_[A-Za-z0-9_]{40}$/],
  ['cloudflare', /^cfut_[A-Za-z0-9]{40}[0-9a-f]{8}$/],
  ['tailscale', /^tskey-auth-[A-Za-z0-9]{17}-[A-Za-z0-9]{32}$/],
  ['basicauth', /^https:\/\/[a-z]{4,9}:[a-z0-9]{9,12}@[a-z]{5}\.example\.com$/],
  ['database-connection-string', /^postgresql:\/\/[a-z]{4,9}:[a-z0-9]{9,12}@[a-z]{5}\.internal\/orders$/],
  ['database-connection-string', /^mongodb:\/\/[a-z]{4,9}:[a-z0-9]{9,12}@[a-z]{5}\.internal\/orders$/],
  ['database-connection-string', /^mysql:\/\/[a-z]{4,9}:[a-z0-9]{9,12}@[a-z]{5}\.internal\/orders$/],
  ['privatekey', /^-----BEGIN RSA PRIVATE KEY-----MIIE[A-Za-z0-9+]{300}-----END RSA PRIVATE KEY-----$/],
];

describe('what secretlint calls a credential is one to the checks', () => {
  test.each(tokens)('%s: %s', async (rule, form) => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(form), async (token) => {
        const found = await secretlint(token);
        // Its rules leave out what is too regular to be a token.
        fc.pre(found.length > 0);
        expect(found).toContain(rule);
        expect(credentialForm(token)).toBeDefined();
      }),
      { numRuns: 20 },
    );
  });

  test('and each form is generated as secretlint knows it', async () => {
    for (const [rule, form] of tokens) {
      const samples = await Promise.all(fc.sample(fc.stringMatching(form), 5).map(secretlint));
      expect({ rule, found: samples.some((found) => found.includes(rule)) }).toEqual({ rule, found: true });
    }
  });
});

test('neither takes what every manifest holds for a credential', async () => {
  const harmless = [
    'registry.example/web@sha256:0f3b1e6f1c2d4a5b6c7d8e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9a0b1c2d3',
    'https://user.example.com:8443/path?x=1',
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'cluster.local/svc/web.prod.svc:8080',
    'arn:aws:iam::123456789012:role/web',
    'ops_team',
    'npm_config_cache',
    'vca_enabled',
    'dapibus-service',
  ];
  for (const value of harmless) {
    expect({ value, secretlint: await secretlint(value) }).toEqual({ value, secretlint: [] });
    expect({ value, form: credentialForm(value) }).toEqual({ value, form: undefined });
  }
});
