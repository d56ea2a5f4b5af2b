import type { AppliedWaiver, JsonMap } from '../model.ts';
import type { PeerIndex } from './peer-ids.ts';
import { before } from '../trim.ts';

/** A suppression written at an object or a line: for which checks, and why. */
export interface WrittenWaiver {
  /** Ids of our checks; `*` for all. */
  checks: readonly string[];
  waiver: AppliedWaiver;
  /** Ours, not another tool's: it is meant for these checks alone. */
  own?: true;
}

/** The suppression annotations of an object: ours, and those of the tools people come from. */
export function annotationWaivers(manifest: JsonMap, peers: PeerIndex): WrittenWaiver[] {
  const { metadata } = manifest;
  const annotations = isMap(metadata) ? metadata.annotations : undefined;
  if (!isMap(annotations)) return [];
  return Object.entries(annotations).flatMap(([key, value]) =>
    typeof value === 'string' || typeof value === 'boolean' ? read(key, String(value), peers) : [],
  );
}

function read(key: string, value: string, peers: PeerIndex): WrittenWaiver[] {
  const waive = (checks: readonly string[], reason: string): WrittenWaiver[] =>
    checks.length === 0
      ? []
      : [{ checks, waiver: { reason: reason.trim() || 'No reason given.', source: `annotation ${key}` } }];
  const slash = key.indexOf('/');
  const prefix = key.slice(0, slash);
  const name = key.slice(slash + 1);
  const on = value.trim().toLowerCase() !== 'false';
  switch (prefix) {
    case 'plimsoll.dev':
      return name.startsWith('waive.') ? ownAnnotation(key, name.slice('waive.'.length), value) : [];
    case 'checkov.io': {
      if (!name.startsWith('skip')) return [];
      const [id = '', ...reason] = value.split('=');
      return waive(peers.of('checkov', id.trim()), reason.join('='));
    }
    case 'ignore-check.kube-linter.io':
      return waive(peers.of('kube-linter', name), value);
    case 'kube-linter.io':
      return name === 'ignore-all' ? waive(['*'], value) : [];
    case 'kube-score':
      return name === 'ignore'
        ? waive(
            value.split(',').flatMap((id) => peers.of('kube-score', id.trim())),
            '',
          )
        : [];
    case 'polaris.fairwinds.com':
      if (!on) return [];
      if (name === 'exempt') return waive(['*'], '');
      return name.endsWith('-exempt') ? waive(peers.of('polaris', name.slice(0, -'-exempt'.length)), '') : [];
    case 'kubescape.io': {
      if (!name.startsWith('skip-') || !on) return [];
      // The control stands in the key (`skip-C-0057`) or in the value.
      const ids = `${name} ${value}`.match(/C-\d{4}/gi) ?? [];
      return waive(
        ids.flatMap((id) => peers.of('kubescape', id)),
        value.replace(/^true$/i, '').replace(/C-\d{4}[,\s]*/gi, ''),
      );
    }
    default:
      return [];
  }
}

/** `plimsoll.dev/waive.<check>: [until YYYY-MM-DD --] reason`. A waiver of ours needs its reason. */
function ownAnnotation(key: string, check: string, value: string): WrittenWaiver[] {
  const [, until, reason = ''] = /^(?:until\s+(\d{4}-\d{2}-\d{2})\s+--)?(.*)$/s.exec(value.trim()) ?? [];
  if (reason.trim() === '') return [];
  return [{ checks: [check], own: true, waiver: written(reason.trim(), `annotation ${key}`, until) }];
}

/**
 * What the comment of a line waives: `# plimsoll: waive <check>[,<check>] [until YYYY-MM-DD] -- reason`, also as helm's
 * comment, and `# trivy:ignore:<id>[:exp:YYYY-MM-DD]`, several in a row.
 */
export function commentWaivers(line: string, peers: PeerIndex): WrittenWaiver[] {
  const found: WrittenWaiver[] = [];
  const [, checks, until, rest = ''] =
    /(?:#|\/\*)\s*plimsoll:\s*waive\s+([\w,*-]+)(?:\s+until\s+(\d{4}-\d{2}-\d{2}))?\s+--(.*)$/.exec(line) ?? [];
  const reason = before(rest, '*/').trim();
  if (checks !== undefined && reason !== '')
    found.push({
      checks: checks.split(','),
      own: true,
      waiver: written(reason, 'comment plimsoll: waive', until),
    });
  const comment = /#\s*trivy:ignore:.*$/.exec(line)?.[0] ?? '';
  for (const [, id = '', more = ''] of comment.matchAll(/trivy:ignore:([\w-]+|\*)((?::[\w-]+)*)/g)) {
    const ours = id === '*' ? ['*'] : peers.of('trivy', id);
    const end = /:exp:(\d{4}-\d{2}-\d{2})/.exec(more)?.[1];
    if (ours.length > 0)
      found.push({ checks: ours, waiver: written('No reason given.', `comment trivy:ignore:${id}`, end) });
  }
  return found;
}

const written = (reason: string, source: string, until: string | undefined): AppliedWaiver => ({
  reason,
  source,
  ...(until === undefined ? {} : { until }),
});

function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
