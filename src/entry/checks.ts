import { existsSync, readFileSync } from 'node:fs';
import { peerIndex } from '../analyze/peer-ids.ts';
import type { Check, Peer } from '../check.ts';
import { PlimsollError } from '../errors.ts';
import { nearestName } from '../nearest.ts';

/** All checks by id. Loaded on first use: it is the largest part of the program. */
export async function checkIndex(): Promise<ReadonlyMap<string, Check>> {
  const { checks } = await import('../../checks/index.ts');
  return new Map(checks.map((check) => [check.id, check]));
}

/**
 * Text or JSON of the catalogue, of the checks named, or of those that other tools' ids mean. Throws `PlimsollError` with
 * code `usage` for what is not known.
 *
 * @param from ids of other tools, as `tool:id` or as the id alone
 */
export async function listChecks(ids: readonly string[], from: readonly string[], format: string): Promise<string> {
  const index = await checkIndex();
  if (from.length > 0) return counterparts([...index.values()], [...from, ...ids], format);
  if (ids.length === 0) {
    const all = [...index.values()];
    return format === 'json' ? json(all.map(data)) : overview(all);
  }
  const chosen = ids.map((id) => index.get(id) ?? unknown(id, index));
  if (format === 'json') return json(chosen.length === 1 ? chosen.map(data)[0] : chosen.map(data));
  return (await Promise.all(chosen.map(page))).join('\n\n');
}

function unknown(id: string, index: ReadonlyMap<string, Check>): never {
  const near = nearestName(id, index.keys());
  const meant = near === undefined ? '' : `Did you mean "${near}"? `;
  throw new PlimsollError('usage', `There is no check "${id}".`, `${meant}plimsoll checks lists all of them.`);
}

/** By category, the way people look for them. */
function overview(all: readonly Check[]): string {
  const width = Math.max(...all.map(({ id }) => id.length));
  const groups = Map.groupBy(all, ({ category }) => category);
  const blocks = [...groups].map(([category, some]) =>
    [`${category.replaceAll('-', ' ')} (${some.length})`, ...some.map((check) => row(check, width))].join('\n'),
  );
  const on = all.filter((check) => check.default === 'on').length;
  return `${blocks.join('\n\n')}\n\n${all.length} checks, ${on} on by default.\n`;
}

const row = ({ id, severity, default: state, title }: Check, width: number): string =>
  `${id.padEnd(width)}  ${severity.padEnd(8)}  ${state.padEnd(3)}  ${title}`;

const tools: readonly Peer[] = [
  ...(['checkov', 'trivy', 'kube-linter', 'kube-score', 'polaris'] as const),
  ...(['kubescape', 'kubesec', 'kyverno', 'psa', 'monokle'] as const),
];

/** What is ours of the ids of other tools. */
function counterparts(all: readonly Check[], references: readonly string[], format: string): string {
  const index = peerIndex(all);
  const asked = references.flatMap((text) => text.split(',')).map((text) => text.trim());
  const found = asked.map((text) => {
    const { peers, id } = reference(text);
    return { from: text, ids: [...new Set(peers.flatMap((peer) => index.of(peer, id)))] };
  });
  const missing = found.filter(({ ids }) => ids.length === 0).map(({ from }) => from);
  if (missing.length > 0) {
    const near = missing.flatMap((text) => {
      const { peers, id } = reference(text);
      return peers.flatMap((peer) => index.near(peer, id) ?? []).slice(0, 1);
    });
    throw new PlimsollError(
      'usage',
      `No check here is ${missing.join(' or ')}.`,
      near.length === 0
        ? `Name it as TOOL:ID, such as checkov:CKV_K8S_16; the tools are ${tools.join(', ')}.`
        : `Did you mean ${near.join(' or ')}?`,
    );
  }
  const byId = new Map(all.map((check) => [check.id, check]));
  const resolved = found.map(({ from, ids }) => ({ from, checks: ids.flatMap((id) => byId.get(id) ?? []) }));
  if (format === 'json') return json(resolved.map(({ from, checks }) => ({ from, checks: checks.map(data) })));
  const width = Math.max(...resolved.flatMap(({ checks }) => checks.map(({ id }) => id.length)));
  return resolved
    .map(({ from, checks }) => [from, ...checks.map((check) => `  ${row(check, width)}`), ''].join('\n'))
    .join('\n');
}

/** `trivy:AVD-KSV-0012`; an id alone is looked up with every tool. */
function reference(text: string): { peers: readonly Peer[]; id: string } {
  const colon = text.indexOf(':');
  if (colon === -1) return { peers: tools, id: text };
  const tool = text.slice(0, colon).toLowerCase().replaceAll(/[-_ ]/g, '');
  const peer = tools.find((known) => known.replaceAll('-', '') === tool);
  if (peer === undefined)
    throw new PlimsollError(
      'usage',
      `"${text.slice(0, colon)}" is no tool whose ids are known.`,
      `The tools are ${tools.join(', ')}.`,
    );
  // kube-linter's templates have a colon of their own.
  return { peers: [peer], id: text.slice(colon + 1) };
}

function data(check: Check): Record<string, unknown> {
  return Object.fromEntries(Object.entries(check).filter(([key]) => key !== 'run'));
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The page that `npm run generate` wrote; where it is not installed, the same without its example. */
async function page(check: Check): Promise<string> {
  const { pageText } = await import('../report/page-text.ts');
  const written = ['../../docs/checks/', '../docs/checks/']
    .map((folder) => new URL(`${folder}${check.id}.md`, import.meta.url))
    .find((file) => existsSync(file));
  if (written !== undefined) return pageText(readFileSync(written, 'utf8'));
  const { checkPage } = await import('../report/check-page.ts');
  return pageText(checkPage(check, undefined));
}
