import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  assignmentsIn,
  credentialForm,
  fromBase64,
  guessOf,
  isCredentialName,
  isCredentialValue,
  isUserName,
} from '../../src/subjects/credentials.ts';

/** Put together here, so that no scanner takes the test for a leak. */
const join = (...parts: string[]): string => parts.join('');

describe('credentialForm', () => {
  test.each([
    ['an AWS access key', join('AKIA', 'ABCDEFGHIJKLMNOP')],
    ['a GitHub token', join('ghp_', 'a1'.repeat(18))],
    ['a GitLab token', join('glpat-', 'a1'.repeat(10))],
    ['a Slack token', join('xoxb-', '123456789012-abcdef')],
    ['a Google API key', join('AIza', 'a'.repeat(35))],
    ['a Stripe key', join('sk_live_', 'a1'.repeat(12))],
    ['a JSON web token', join('eyJ', 'hbGciOiJIUzI1NiJ9.', 'eyJ', 'zdWIiOiIxMjM0In0.', 'abcdefghijkl')],
    ['a private key', join('-----BEGIN ', 'OPENSSH PRIVATE KEY-----')],
    ['a URL with a password', join('amqp://me:', 'hunter22', '@mq/')],
  ])('knows %s, alone and inside a text', (form, value) => {
    expect(credentialForm(value)).toBe(form);
    expect(credentialForm(`x = "${value}"`)).toBe(form);
  });

  test('leaves references, public parts and look-alikes alone', () => {
    for (const value of [
      'postgres://me:$(PASSWORD)@db/x',
      'postgres://me:<password>@db/x',
      'f"postgres://{user}:{password}@{host}/x"',
      'amqp://#{user}:#{pass}@mq',
      'printf "https://%s:%s@a.example"',
      '; url = http://username:password@proxy.example',
      'https://me@a.example/x',
      'https://a.example:443/@scope',
      '-----BEGIN CERTIFICATE-----',
      '-----BEGIN PUBLIC KEY-----',
      'xoxo-hugs',
      'BACKIAABCDEFGHIJKLMNOPQ',
      'eyJhbGciOiJIUzI1NiJ9',
    ])
      expect(credentialForm(value)).toBeUndefined();
  });

  test('takes a hostile text in its stride', () => {
    const started = performance.now();
    for (const text of [
      'a://'.repeat(50_000),
      `eyJ${'a.eyJ'.repeat(40_000)}`,
      `ghp_${'-'.repeat(200_000)}`,
      ':'.repeat(200_000),
    ])
      credentialForm(text);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

test('names of credentials are told from names that lead to one', () => {
  for (const name of [
    'DB_PASSWORD',
    'pgpassword',
    'apiKey',
    'API-KEY',
    'clientSecret',
    'jwt',
    'my.access.key',
    'DB_SECRETS',
    'api-keys',
    'adminPasswords',
    'ConnectionString',
  ])
    expect([name, isCredentialName(name)]).toEqual([name, true]);
  for (const name of [
    'PASSWORD_FILE',
    'SECRET_NAME',
    'tokenPath',
    'secretRef',
    'MAX_TOKENS',
    'tokenizer',
    'TOKEN_TTL',
    'existingSecret',
    'image.pullSecrets',
    'imagePullSecret',
    'imagePullSecrets[0]',
    'ingress.tlsSecret',
    'passwordSecret',
    'key',
    'passwordKey',
    'SECRETS_BACKEND',
    'SECRET_ENGINE',
    'JWT_AUDIENCES',
    'password_hint',
    'tokenReviewer',
    'password_encryption',
    'secretEnv',
    'passwordConnector',
    'jwt.expiration-ms',
    'jwt_role',
    'allowed-token-issuers',
    'credentials-source',
    'monkey',
  ])
    expect([name, isCredentialName(name)]).toEqual([name, false]);
});

test('values that give nobody access are no credentials', () => {
  for (const value of [
    '',
    ' ',
    'true',
    '3600',
    '24h',
    '/run/secret',
    './a',
    '$(A)',
    '${A}',
    '{{ .a }}',
    '<token>',
    'xxxx',
    'changeme',
    'https://a.example',
    'vault:a',
    '$TOKEN',
    '$oidc.okta.clientSecret',
    '$my-secret:oidc.okta.clientSecret',
    '$slack-token',
    '$1',
    '$PREFIX$SUFFIX',
    '`cat',
    'process.env.TOKEN',
    'var.password',
    '@app.secret@',
    'env:TOKEN',
    '$__file{/etc/secrets/token}',
    '{password}',
  ])
    expect([value, isCredentialValue(value)]).toEqual([value, false]);
  for (const value of [
    'hunter22',
    '123456',
    'p@ss/word',
    'abc$def',
    '$3cret-pass',
    '$2y$10$abcdefghijk',
    'correct.horse.battery',
    '{abc',
  ])
    expect([value, isCredentialValue(value)]).toEqual([value, true]);
});

test('passwords that are tried first are known, the user name among them', () => {
  expect(guessOf(' ChangeMe ')).toBe('a common default');
  expect(guessOf('web', ['other', 'WEB'])).toBe("a user's own name");
  expect(guessOf('aB3dE5fG7hJ9', ['web'])).toBeUndefined();
  expect(guessOf('$(NAME)', ['$(NAME)'])).toBeUndefined();
  for (const name of ['username', 'DB_USER', 'dbUserName', 'PGUSER', 'login']) expect(isUserName(name)).toBe(true);
  for (const name of ['USERS', 'USER_PASSWORD', 'LOGIN_URL']) expect(isUserName(name)).toBe(false);
});

test('assignments are read from configuration, not from code', () => {
  const text = '# a=1\nexport A="x"\n  b.c : y # note\n"d": \'z\',\ne = f(g)\nh\n- i: j\n';
  expect([...assignmentsIn(text)]).toEqual([
    { name: 'A', value: 'x' },
    { name: 'b.c', value: 'y' },
    { name: 'd', value: 'z' },
    { name: 'i', value: 'j' },
  ]);
});

test('base64 comes back as it was, and nothing else is taken for it', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]{0,40}$/), (text) => {
      expect(fromBase64(btoa(text))).toBe(text);
    }),
  );
  expect(fromBase64('not base64!')).toBeUndefined();
  expect(fromBase64('abc')).toBeUndefined();
});
