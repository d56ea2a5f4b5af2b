/**
 * What looks like a credential: by the name it has, by the form of its value. secretlint's recommended rules are the
 * authority on forms: a test holds these to them on generated tokens. They are written out here because secretlint judges
 * asynchronously, and checks, and the masks of diffs, are synchronous and pure. Nothing here ever returns a value, so none
 * can get into a message.
 */

/** Well-known forms of tokens and keys, each with what to call it. Linear: no nested repetition. */
const formats: readonly (readonly [name: string, form: RegExp])[] = [
  ['an AWS access key', /(?<![A-Za-z0-9])(?:A3T[A-Z0-9]|A(?:KI|GP|ID|RO|IP|NP|NV|SI)A)[0-9A-Z]{16}(?![A-Za-z0-9])/],
  ['a GitHub token', /(?<![A-Za-z0-9])(?:gh[pousr]_\w{20,255}|github_pat_[A-Za-z0-9_]{40,255})/],
  ['a GitLab token', /(?<![A-Za-z0-9])gl(?:pat|dt|rt|ptt|cbt|soat)-[\w-]{20,255}/],
  ['a Slack token', /(?<![A-Za-z0-9])(?:xox[abeoprs]|xapp)-[\w-]{10,255}/],
  ['a Slack webhook', /hooks\.slack\.com\/(?:services|workflows)\/T\w{6,20}\/\w{6,20}\/\w{10,60}/],
  ['a Google API key', /(?<![A-Za-z0-9])AIza[\w-]{35}/],
  ['a Google client secret', /(?<![A-Za-z0-9])GOCSPX-[\w-]{20,60}/],
  ['a Stripe key', /(?<![A-Za-z0-9])[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}/],
  ['an npm token', /(?<![A-Za-z0-9])npm_\w{36}|_authToken=[^\s$"']{8,255}/],
  ['a PyPI token', /(?<![A-Za-z0-9])pypi-AgE[\w-]{50,500}/],
  ['a SendGrid key', /(?<![A-Za-z0-9])SG\.[\w-]{16,32}\.[\w-]{16,64}/],
  ['a Hugging Face token', /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,60}/],
  ['a DigitalOcean token', /(?<![A-Za-z0-9])do[opr]_v1_[a-f0-9]{64}/],
  ['an Anthropic key', /(?<![A-Za-z0-9])sk-ant-[\w-]{20,255}/],
  ['an OpenAI key', /(?<![A-Za-z0-9])sk-(?:(?:proj|svcacct|admin)-[\w-]{20,255}|[A-Za-z0-9]{48})/],
  ['a Shopify token', /(?<![A-Za-z0-9])shp(?:at|ca|pa|ss)_[a-zA-Z0-9]{32,64}/],
  ['a Vault token', /(?<![A-Za-z0-9])hv[brs]\.[\w-]{24,300}/],
  ['a Grafana token', /(?<![A-Za-z0-9])(?:glc_[A-Za-z0-9+/]{32,400}|glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})/],
  ['a Groq key', /(?<![A-Za-z0-9])gsk_[A-Za-z0-9]{52}/],
  ['a Linear key', /(?<![A-Za-z0-9])lin_api_\w{32,128}/],
  ['a Notion token', /(?<![A-Za-z0-9])ntn_\d{11}[A-Za-z0-9]{35}/],
  ['a 1Password token', /(?<![A-Za-z0-9])ops_ey[A-Za-z0-9+/=]{100,1280}/],
  ['a Vercel token', /(?<![A-Za-z0-9])vc[aciprk]_[A-Za-z0-9]{20,60}/],
  ['a Databricks token', /(?<![A-Za-z0-9])dapi[A-Fa-f0-9]{32}/],
  ['a Docker token', /(?<![A-Za-z0-9])dckr_pat_[\w-]{27}/],
  ['a Figma token', /(?<![A-Za-z0-9])figd_[\w-]{40,200}/],
  ['a Cloudflare token', /(?<![A-Za-z0-9])cf(?:k|ut|at)_[A-Za-z0-9]{40}[0-9a-f]{8}/],
  ['a Tailscale key', /(?<![A-Za-z0-9])tskey-[a-z]{2,20}-\w{8,40}-\w{16,60}/],
  ['an age key', /AGE-SECRET-KEY-1[0-9A-Z]{58}/],
  ['an Azure storage key', /AccountKey=[A-Za-z0-9+/]{40,120}={0,2}/],
  ['a JSON web token', /(?<![A-Za-z0-9])eyJ[\w-]{10,4000}\.eyJ[\w-]{10,4000}\.[\w-]{10,2000}/],
  ['a private key', /-{3,5}BEGIN (?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-{3,5}/],
];

/** A piece of every form: most texts hold none, and need no closer look. */
const hint =
  /A3T|A(?:KI|GP|ID|RO|IP|NP|NV|SI)A|gh[pousr]_|_pat_|gl(?:pat|dt|rt|ptt|cbt|soat)-|gl(?:c|sa)_|xox|xapp|hooks\.slack|AIza|GOCSPX-|k_(?:live|test)_|npm_|_authToken|pypi-|SG\.|hf_|_v1_|sk[-_]|shp|hv[brs]\.|lin_|ntn_|ops_|vc[aciprk]_|dapi|figd_|cf(?:k|ut|at)_|tskey|AGE-|AccountKey|eyJ|BEGIN|:\/\//;

/** The name of the credential form found in `value`: "a GitHub token"; undefined when there is none. */
export function credentialForm(value: string): string | undefined {
  if (value.length < 8 || !hint.test(value)) return undefined;
  const text = value.length > 100_000 ? value.slice(0, 100_000) : value;
  return (
    formats.find(([, form]) => form.test(text))?.[0] ?? (hasPasswordInUrl(text) ? 'a URL with a password' : undefined)
  );
}

function hasPasswordInUrl(text: string): boolean {
  for (const [, user = '', password = ''] of text.matchAll(
    /[a-z][a-z0-9+.-]{1,20}:\/\/([^\s:/@'"<>]{0,64}):([^\s/@'"<>]{1,128})@/gi,
  ))
    if (!isReference(password) && !isPlaceholder(password) && !isExample(user, password)) return true;
  return false;
}

/** `user:password@`, as manuals and comments in configuration files write it. */
function isExample(user: string, password: string): boolean {
  return /^user(?:_?name)?$/i.test(user) && /^pass(?:word|wd)?$/i.test(password);
}

/** Words that make a name that of a credential, in their order. */
const credentialWords =
  /(?:^| )(?:passwords?|passwd|pwd|passphrase|secrets?|token|api ?keys?|access ?keys?|secret ?keys?|private ?keys?|credentials?|bearer|jwt|connection ?string)(?: |$)|(?:password|passwd)(?: |$)/;

/** A part of every such name, however its words are joined: most names have none. */
const partOfCredential = /passw|passphrase|pwd|secret|token|key|credential|bearer|jwt|string/i;

/** Names that end so tell where a credential is, or something about it. */
const aboutCredentials =
  /(?: |^)(?:file|path|name|names|ref|dir|directory|type|length|ttl|expiry|expiration|expires|lifetime|timeout|interval|duration|algorithms?|alg|issuers?|sources?|audiences?|scopes?|backend|engine|driver|mode|method|strategy|age|bits|leeway|period|seconds|minutes|hours|days|region|location|header|url|uri|endpoint|host|port|enabled|disabled|policy|provider|version|namespace|mount|manager|store|class|encoding|format|prefix|suffix|rotation|count|limit|size|min|max|regex|pattern|validation|hash(?:er|ing)?|hint|labels?|annotations?|title|reviewer|review|env|env ?var|variable|encryption|encoder|connector|authentication|validity|ms|millis|milliseconds|roles?|claims?|policies|rate|alias)$|(?:existing|pull|tls|certs?|certificate|password|credentials?) ?secrets?(?: \d+)?$|(?:password|token) key$/;

/** Whether a text may hold a credential's name at all; most do not. */
export function mayNameCredential(text: string): boolean {
  return partOfCredential.test(text);
}

/** Whether `name` (DB_PASSWORD, apiKey, client-secret) is that of a credential, not of a file or a name that leads to one. */
export function isCredentialName(name: string): boolean {
  if (!mayNameCredential(name)) return false;
  const words = wordsOf(name);
  return credentialWords.test(words) && !aboutCredentials.test(words);
}

/** `dbPassword`, `DB_PASSWORD`, `db.password` → `db password`. */
export function wordsOf(name: string): string {
  return name
    .slice(0, 256)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .toLowerCase();
}

/** Whether a literal under a credential's name is a credential: not a reference, path, placeholder, switch or small number. */
export function isCredentialValue(value: string): boolean {
  const text = value.trim();
  return (
    text !== '' &&
    !isReference(text) &&
    !isPlaceholder(text) &&
    !/^(?:true|false|yes|no|on|off|null|nil|none|undefined|enabled?|disabled?|optional|required|auto|~)$/i.test(text) &&
    !/^\d{1,5}$/.test(text) &&
    !/^\d{1,9}(?:ms|s|m|h|d)$/.test(text)
  );
}

/**
 * `$(VAR)`, `${VAR}`, `{{ … }}`, a path, a URL without a password, the address of an entry of a secret store; Argo CD's
 * `$secret:key` and `$key`, Grafana's `$__file{…}`, and where a program's text gets a value or puts one: `$1`, `config.token`,
 * `{name}`, `%s`.
 */
function isReference(text: string): boolean {
  return (
    /\$\(|\$\{|\{\{|^`|^(?:\$[A-Za-z_][\w.-]*)+(?::[\w.-]+)?$|^\$\d$|^\$__\w+\{|^%[A-Za-z_]\w*%$/.test(text) ||
    /^#?\{[\w.]*\}$|^%[sdvq]$|^@[\w.-]+@$/.test(text) ||
    /^(?:process\.env|os\.environ|env|args|opts|options|config|cfg|conf|settings|self|this|var|local|data|params|props)\.[\w.]+$/.test(
      text,
    ) ||
    /^(?:\.{0,2}|~)\/|^[A-Za-z]:\\/.test(text) ||
    /^(?:ref\+|vault:|op:\/\/|secretref\+|arn:aws|projects\/[^/]+\/secrets\/|gcp:|awssm:|sops:|env:|ENC\[|AGE-ENC|age1|file:)/i.test(
      text,
    ) ||
    /^[a-z][a-z0-9+.-]*:\/\/[^\s@]*$/i.test(text)
  );
}

/** Text that stands where a value is to be put. */
export function isPlaceholder(text: string): boolean {
  return (
    /^<[^>]*>$|^\[[^\]]*\]$|^__[^_].*__$|^[x*.\-_?#]+$/i.test(text) ||
    /^(?:change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|this|with.*)|place[-_ ]?holder|to[-_ ]?do|tbd|redacted|dummy|insert[-_ ].*|fill[-_ ]?(?:me|in).*|your[-_ ].*)$/i.test(
      text,
    )
  );
}

/** Passwords that are tried first. */
const common = new Set(
  'admin password passwd changeme change-me changeit postgres root secret 123456 12345678 123456789 test test123 guest default qwerty letmein passw0rd password1 password123 p@ssw0rd admin123 minioadmin mysql redis mongo mongodb elastic rabbitmq user foobar toor'.split(
    ' ',
  ),
);

/** What a password is that everybody tries first: a common one, or the name of one of the users that stand beside it. */
export function guessOf(value: string, users: readonly string[] = []): string | undefined {
  const text = value.trim().toLowerCase();
  if (common.has(text)) return 'a common default';
  const own = isCredentialValue(value) && users.some((user) => user.trim().toLowerCase() === text);
  return own ? "a user's own name" : undefined;
}

/** Whether `name` (DB_USER, username) is that of a user. */
export function isUserName(name: string): boolean {
  return /user|login/i.test(name) && /(?:user(?: ?name)?|login)$/.test(wordsOf(name));
}

/** Names of passwords proper, as against tokens and keys. */
export function isPasswordName(name: string): boolean {
  if (!/pass|pwd/i.test(name)) return false;
  const words = wordsOf(name);
  return /(?:password|passwd|(?:^| )(?:pwd|pass|passphrase))(?: |$)/.test(words) && !aboutCredentials.test(words);
}

/** Base64 as text (one character a byte); undefined when it is none. */
export function fromBase64(text: string): string | undefined {
  const compact = text.replaceAll(/\s/g, '');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(compact) && compact.length % 4 === 0 ? atob(compact) : undefined;
}

/** `key=value` and `key: value` lines of a text file, comments left out, quotes taken off. */
export function* assignmentsIn(text: string): Generator<{ name: string; value: string }> {
  for (const line of text.split(/\r?\n/, 10_000)) {
    if (line.length > 4096 || /^\s*(?:#|;|\/\/|--)/.test(line)) continue;
    const [, name, written = ''] =
      /^\s*(?:-\s+)?(?:export\s+)?["']?([A-Za-z][\w.-]{0,127})["']?\s*[=:]\s*(\S.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const comment = written.search(/\s#/);
    const value = (comment === -1 ? written : written.slice(0, comment)).trimEnd().replace(/[,;]$/, '');
    const bare = /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
    // Code and prose: not a value.
    if (/[\s()[\]{}]/.test(bare)) continue;
    yield { name, value: bare };
  }
}
