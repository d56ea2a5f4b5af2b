import picomatch from 'picomatch';
import { keptFor, type Check } from '../check.ts';
import type { AppliedWaiver, Finding, JsonMap, Notice, Resource, ResourceId } from '../model.ts';
import type { WaiverSettings } from '../settings.ts';
import { peerIndex, type PeerIndex } from './peer-ids.ts';
import { annotationWaivers, commentWaivers, type WrittenWaiver } from './peer-waivers.ts';
import { before } from '../trim.ts';

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
  /**
   * What was judged, where that is all there is: annotations of its objects and comments of its files that waive nothing
   * are then reported.
   */
  whole?: { objects: readonly Resource[]; files: ReadonlyMap<string, readonly string[]> };
}

export interface Waived {
  findings: Finding[];
  /** `waiver-expired` and `waiver-unused`, one for each waiver that no longer holds or matches nothing. */
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
  const applied = new Set<string>();
  const ended = new Map<string, Notice>();
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
    for (const { checks, waiver, place, file } of written(finding, sources, peers)) {
      if (!checks.some((check) => covers(check, finding.check))) continue;
      if (!isOver(waiver, sources.today)) {
        applied.add(place);
        return { ...finding, waiver };
      }
      const message = `The ${place} ended on ${waiver.until ?? ''} and its finding counts again: extend or delete it.`;
      ended.set(place, { code: 'waiver-expired', message, ...(file === '' ? {} : { file }) });
    }
    return finding;
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
  return { findings: waived, notices: [...notices, ...ended.values(), ...unused(sources, peers, applied, ended)] };
}

/** A waiver with where it stands, in words that name it once, and the file when that is known. */
interface PlacedWaiver extends WrittenWaiver {
  place: string;
  file: string;
}

/** What is written at the finding's object and at its line. */
function written(finding: Finding, sources: WaiverSources, peers: PeerIndex): PlacedWaiver[] {
  const object = sources.baseObject(finding);
  const { kind, name } = finding.resource;
  return [
    ...(object === undefined ? [] : annotationsAt(object, kind, name, finding.location.file, peers)),
    ...comments(finding, sources, peers),
  ];
}

function annotationsAt(
  manifest: JsonMap,
  kind: string,
  name: string,
  file: string,
  peers: PeerIndex,
): readonly PlacedWaiver[] {
  return annotationWaivers(manifest, peers).map((one) => ({
    ...one,
    place: `${one.waiver.source} of ${kind} ${name === '' ? '(no name)' : name}`,
    file,
  }));
}

/** Our own annotations and comments that waived nothing. Those of other tools may serve those. */
function unused(
  { whole }: WaiverSources,
  peers: PeerIndex,
  applied: ReadonlySet<string>,
  ended: ReadonlyMap<string, Notice>,
): Notice[] {
  if (whole === undefined) return [];
  const all = [
    ...whole.objects.flatMap(({ manifest, kind, name, origin }) =>
      annotationsAt(manifest, kind, name, origin.file, peers),
    ),
    ...[...whole.files].flatMap(([file, lines]) => lines.flatMap((line, at) => commentsAt(line, file, at, peers))),
  ];
  const idle = all.filter(({ own, place }) => own === true && !applied.has(place) && !ended.has(place));
  return [...new Map(idle.map((one) => [one.place, one])).values()].map(({ place, file }) => ({
    code: 'waiver-unused',
    message: `The ${place} matches no finding here: delete it if it is no longer needed.`,
    ...(file === '' ? {} : { file }),
  }));
}

/**
 * Comments on the finding's line or in the comment lines right above it, if the base has them at the same code. Trivy's also
 * hold for all that lies within what they stand at.
 */
function comments(finding: Finding, sources: WaiverSources, peers: PeerIndex): PlacedWaiver[] {
  const { file, precision, span } = finding.location;
  if (precision === 'file') return [];
  const head = sources.headLines(file);
  const base = sources.baseLines(file);
  if (head === undefined || base === undefined) return [];
  const line = span.startLine - 1;
  return (holdsTrivys(head) ? enclosing(head, line) : [line]).flatMap((code) => {
    const found: PlacedWaiver[] = [];
    for (let at = code; at >= 0 && (at === code || isComment(head[at])); at -= 1) {
      const text = head[at] ?? '';
      const here = commentsAt(text, file, at, peers).filter(({ own }) => code === line || own !== true);
      if (here.length > 0 && stoodBefore(base, text, head[code] ?? '')) found.push(...here);
    }
    return found;
  });
}

const holdsTrivys = keptFor((lines: readonly string[]) => lines.some((line) => line.includes('trivy:ignore')));

function commentsAt(text: string, file: string, at: number, peers: PeerIndex): PlacedWaiver[] {
  return commentWaivers(text, peers).map((one) => ({
    ...one,
    place: `${one.waiver.source} (${file}:${at + 1})`,
    file,
  }));
}

/** The line, and those of what it lies in, by their indentation, out to the first of its document. From 0. */
function enclosing(lines: readonly string[], from: number): number[] {
  const found = [from];
  let inner = lines[from] ?? '';
  let first = from;
  for (let at = from - 1; at >= 0; at -= 1) {
    const line = lines[at] ?? '';
    if (line.startsWith('---')) break;
    if (line.trim() === '' || isComment(line)) continue;
    first = at;
    const [outside, inside] = [indentOf(line), indentOf(inner)];
    // The items of a list may stand right below its key.
    const holds = outside < inside || (outside === inside && /^\s*-/.test(inner) && !/^\s*-/.test(line));
    if (!holds) continue;
    found.push(at);
    inner = line;
  }
  return found.at(-1) === first ? found : [...found, first];
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

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
const keyOf = (line: string): string => {
  const entry = line.trim().replace(/^(?:- )+/, '');
  return before(before(entry, ':'), '#').trim() || line.trim();
};

const ofSettings = ({ reason, owner, until }: WaiverSettings): AppliedWaiver => ({
  reason,
  ...(owner === undefined ? {} : { owner }),
  ...(until === undefined ? {} : { until }),
  source: 'settings',
});

/** The last day counts. ISO dates sort as text. */
const isOver = ({ until }: { until?: string }, today: string): boolean => until !== undefined && today > until;

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
