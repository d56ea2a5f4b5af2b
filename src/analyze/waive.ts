import picomatch from 'picomatch';
import type { Check } from '../check.ts';
import type { AppliedWaiver, Finding, JsonMap, Notice, ResourceId } from '../model.ts';
import type { WaiverSettings } from '../settings.ts';
import { peerIndex, type PeerIndex } from './peer-ids.ts';
import { annotationWaivers, commentWaivers, type WrittenWaiver } from './peer-waivers.ts';

/**
 * Where waivers come from. All of it is the base commit's: a pull request that adds a waiver for itself is judged without
 * it. For a scan, base and head are the same.
 */
export interface WaiverSources {
  /** From the base commit's settings. */
  settings: readonly WaiverSettings[];
  /** ISO date, YYYY-MM-DD. */
  today: string;
  checks: readonly Check[];
  /** The same object as the base renders it; undefined when it is new. */
  baseObject(finding: Finding): JsonMap | undefined;
  /** Lines of a file at head and at base; undefined where there is none. */
  headLines(file: string): readonly string[] | undefined;
  baseLines(file: string): readonly string[] | undefined;
  /** The settings file, for notices. */
  settingsFile?: string;
}

export interface Waived {
  findings: Finding[];
  /** `waiver-expired` and `waiver-unused`, one for each entry of the settings that no longer holds or matches nothing. */
  notices: Notice[];
}

/** Marks findings that are accepted; none is dropped. Settings come before annotations, annotations before comments. */
export function waive(findings: readonly Finding[], sources: WaiverSources): Waived {
  const peers = peerIndex(sources.checks);
  const entries = sources.settings.map((settings) => ({
    settings,
    matches: matcher(settings),
    used: false,
    lapsed: false,
  }));
  const waived = findings.map((finding) => {
    if (finding.status === 'fixed') return finding;
    for (const entry of entries) {
      if (!entry.matches(finding)) continue;
      if (isOver(entry.settings, sources.today)) {
        entry.lapsed = true;
        continue;
      }
      entry.used = true;
      return { ...finding, waiver: ofSettings(entry.settings) };
    }
    const waiver = written(finding, sources, peers);
    return waiver === undefined ? finding : { ...finding, waiver };
  });
  const notices = entries.flatMap(({ settings, used, lapsed }): Notice[] => {
    // An inherited file is not one of this repository: it is named in words, and unused waivers serve other repositories.
    const inherited = settings.file !== undefined;
    const file = inherited || sources.settingsFile === undefined ? {} : { file: sources.settingsFile };
    const what = `The waiver of ${settings.check}${settings.resource === undefined ? '' : ` for ${settings.resource}`} (line ${settings.line}${inherited ? ` of ${settings.file}` : ''})`;
    if (isOver(settings, sources.today))
      return [
        {
          code: 'waiver-expired',
          message: `${what} ended on ${settings.until ?? ''}${lapsed ? ' and its finding counts again' : ''}: extend or delete it.`,
          ...file,
        },
      ];
    return used || inherited
      ? []
      : [
          {
            code: 'waiver-unused',
            message: `${what} matches no finding here: delete it if it is no longer needed.`,
            ...file,
          },
        ];
  });
  return { findings: waived, notices };
}

function written(finding: Finding, sources: WaiverSources, peers: PeerIndex): AppliedWaiver | undefined {
  const object = sources.baseObject(finding);
  const candidates = object === undefined ? [] : annotationWaivers(object, peers);
  candidates.push(...comments(finding, sources, peers));
  return candidates.find(({ checks }) => checks.some((check) => covers(check, finding.check)))?.waiver;
}

/** A comment on the finding's line or in the comment lines right above it, if the base has it at the same code. */
function comments(finding: Finding, sources: WaiverSources, peers: PeerIndex): WrittenWaiver[] {
  const { file, precision, span } = finding.location;
  if (precision === 'file') return [];
  const head = sources.headLines(file);
  const base = sources.baseLines(file);
  if (head === undefined || base === undefined) return [];
  const found: WrittenWaiver[] = [];
  const code = span.startLine - 1;
  for (let at = code; at >= 0 && (at === code || isComment(head[at])); at -= 1) {
    const line = head[at] ?? '';
    const waivers = commentWaivers(line, peers, sources.today);
    if (waivers.length > 0 && stoodBefore(base, line, head[code] ?? '')) found.push(...waivers);
  }
  return found;
}

/** Whether the base has this comment line, and below it (or on it) the same key as the head's line of code. */
function stoodBefore(base: readonly string[], comment: string, code: string): boolean {
  return base.some((line, at) => {
    if (line.trim() !== comment.trim()) return false;
    let below = at;
    while (below < base.length && isComment(base[below])) below += 1;
    return keyOf(base[below] ?? '') === keyOf(code);
  });
}

const isComment = (line: string | undefined): boolean => line !== undefined && /^\s*(?:#|\{\{-?\s*\/\*)/.test(line);
const keyOf = (line: string): string => /^\s*(?:- )*\s*([^:#]+?)\s*(?::|#|$)/.exec(line)?.[1] ?? line.trim();

const ofSettings = ({ reason, owner, until }: WaiverSettings): AppliedWaiver => ({
  reason,
  ...(owner === undefined ? {} : { owner }),
  ...(until === undefined ? {} : { until }),
  source: 'settings',
});

/** The last day counts. ISO dates sort as text. */
const isOver = ({ until }: WaiverSettings, today: string): boolean => until !== undefined && today > until;

function matcher({ check, resource, path }: WaiverSettings): (finding: Finding) => boolean {
  const inPath = path === undefined ? undefined : picomatch(path, { dot: true });
  return (finding) =>
    covers(check, finding.check) &&
    (resource === undefined || isResource(resource, finding.resource)) &&
    (inPath === undefined || inPath(finding.location.file) || inPath(rootOf(finding.unit)));
}

function covers(pattern: string, check: string): boolean {
  return pattern === check || (pattern.includes('*') && picomatch(pattern)(check));
}

/** `Kind/name` or `Kind/namespace/name`, each with globs. Names may contain anything but a slash. */
function isResource(pattern: string, { kind, namespace, name }: ResourceId): boolean {
  const parts = pattern.split('/');
  const [first = '', second = '*', third] = parts;
  const glob = (part: string, value: string): boolean =>
    part === '*' || part === value || picomatch(part, { dot: true, bash: true })(value);
  if (!glob(first, kind)) return false;
  return third === undefined ? glob(second, name) : glob(second, namespace) && glob(third, name);
}

/** `helm:charts/api@values-prod.yaml` → `charts/api`. */
function rootOf(unit: string): string {
  const [root = ''] = unit.slice(unit.indexOf(':') + 1).split('@');
  return root;
}
