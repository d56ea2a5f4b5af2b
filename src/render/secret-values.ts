import type { Json, JsonMap, Tree } from '../model.ts';
import { credentialForm, fromBase64, isCredentialName } from '../subjects/credentials.ts';
import { folderOf, nameOf, resolve } from './paths.ts';
import { isMap, listOf, mapOf, mappingsOf, textOf, textsOf } from './yaml.ts';

/** Shorter texts stand in ordinary words too. */
const shortest = 4;
/** Files beyond this many bytes are not read for it, nor more than so many. */
const largest = 256 * 2 ** 10;
const mostFiles = 1000;

/**
 * Texts that a tool's words about a unit must not repeat: values of Secrets and of what `secretGenerator` reads, values under
 * the name of a credential, values that a template of a Secret takes, and what has the form of a token. Helm and kustomize
 * quote values in some of their errors. Read only when a render has failed. The longest first.
 *
 * @param files the unit's own files: manifests, templates, values, what generators read
 * @param inline values that stand inside objects
 */
export async function secretValues(
  tree: Tree,
  files: readonly string[],
  inline: readonly Json[] = [],
): Promise<string[]> {
  const sizes = new Map((await tree.entries()).map(({ path, size }) => [path, size]));
  const small = files.filter((file) => (sizes.get(file) ?? Infinity) <= largest).slice(0, mostFiles);
  // A tree that is fetched as it is read does not know sizes before.
  const read = [...(await tree.readMany(small))].filter(([, bytes]) => bytes.length <= largest);
  const texts = new Map(read.map(([file, bytes]) => [file, bytes.toString('utf8')]));
  const found = new Set<string>();
  const taken: string[][] = [];
  const documents: Json[] = [...inline];
  for (const [file, text] of texts) {
    const held = mappingsOf(text).map(({ value }) => value);
    documents.push(...held);
    if (/^kustomization\.ya?ml$/i.test(nameOf(file)) || nameOf(file) === 'Kustomization')
      for (const value of held) generated(value, folderOf(file), texts, found);
    if (/kind:\s*["']?Secret\b/.test(text)) taken.push(...valuesTaken(text));
  }
  for (const document of documents) {
    collect(document, false, found);
    for (const path of taken) collect(at(document, path), true, found);
  }
  return [...new Set([...found].flatMap(formsOf))].sort((a, b) => b.length - a.length);
}

/** The text with every one of the secrets masked. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
}

/** Scalars below `value` that are secret: all of them, or those whose name or form says so. */
function collect(value: Json | undefined, secret: boolean, found: Set<string>): void {
  // A list, not recursion: values may nest deeper than our stack.
  const open: { value: Json; secret: boolean }[] = value === undefined ? [] : [{ value, secret }];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const { value: node, secret: hidden } = one;
    if (Array.isArray(node)) open.push(...(node as Json[]).map((item) => ({ value: item, secret: hidden })));
    else if (isMap(node)) {
      const isSecret = node.kind === 'Secret';
      for (const [key, inner] of Object.entries(node))
        open.push({
          value: inner,
          secret: hidden || isSecretKey(key) || (isSecret && /^(?:data|stringData)$/.test(key)),
        });
      // `{ name: DB_PASSWORD, value: … }`
      if (typeof node.name === 'string' && isCredentialName(node.name) && node.value !== undefined)
        open.push({ value: node.value, secret: true });
    } else if (typeof node === 'string' ? hidden || credentialForm(node) !== undefined : hidden)
      found.add(typeof node === 'string' ? node : JSON.stringify(node));
  }
}

const isSecretKey = (key: string): boolean => isCredentialName(key) || /^(?:secrets|stringData)$/i.test(key);

/** What a kustomization's `secretGenerator` turns into a Secret. */
function generated(
  kustomization: JsonMap,
  folder: string,
  texts: ReadonlyMap<string, string>,
  found: Set<string>,
): void {
  for (const generator of listOf(kustomization.secretGenerator).map(mapOf)) {
    for (const literal of textsOf(generator.literals)) found.add(valueOf(literal));
    for (const name of [...textsOf(generator.envs), textOf(generator.env)])
      for (const line of linesOf(folder, name, texts)) found.add(valueOf(line));
    for (const name of textsOf(generator.files))
      for (const line of linesOf(folder, valueOf(name), texts)) found.add(line);
  }
}

/** Behind the first `=`; the whole when there is none. */
const valueOf = (pair: string): string => pair.slice(pair.indexOf('=') + 1).trim();

function linesOf(folder: string, name: string, texts: ReadonlyMap<string, string>): string[] {
  const file = resolve(folder, name);
  return (file === undefined ? undefined : texts.get(file))?.split('\n') ?? [];
}

/** Paths of `.Values` in a template. */
function valuesTaken(template: string): string[][] {
  return [...template.matchAll(/\.Values((?:\.\w+)+)/g)].map(([, path = '']) => path.slice(1).split('.'));
}

function at(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (node, key) => (isMap(node) && Object.hasOwn(node, key) ? node[key] : undefined),
    value,
  );
}

/** As written, each of its lines, quoted, and as Base64 either way. */
function formsOf(secret: string): string[] {
  const plain = fromBase64(secret);
  const lines = secret.split('\n').map((line) => line.trim());
  return [
    secret.trim(),
    ...lines,
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret, 'utf8').toString('base64'),
    ...(plain === undefined ? [] : [plain]),
  ].filter((form) => form.length >= shortest && !/^(?:true|false|null)$/.test(form));
}
