import type { AppliedWaiver, JsonMap } from '../model.ts';
import type { PeerIndex } from './peer-ids.ts';

/** A suppression written at an object or a line: for which checks, and why. */
export interface WrittenWaiver {
  /** Ids of our checks; `*` for all. */
  checks: readonly string[];
  waiver: AppliedWaiver;
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
      // A waiver of ours needs its reason.
      return name.startsWith('waive.') && value.trim() !== '' ? waive([name.slice('waive.'.length)], value) : [];
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

/** What the comment of a line waives: `# plimsoll: waive <check> -- reason`, `# trivy:ignore:<id>[:exp:YYYY-MM-DD]`. */
export function commentWaivers(line: string, peers: PeerIndex, today: string): WrittenWaiver[] {
  const found: WrittenWaiver[] = [];
  // Ends of helm's comments too: {{/* plimsoll: waive x -- y */}}
  const ours = /(?:#|\/\*)\s*plimsoll:\s*waive\s+([\w,*-]+)\s+--\s*(\S.*?)\s*(?:\*\/.*)?$/.exec(line);
  if (ours !== null)
    found.push({
      checks: (ours[1] ?? '').split(','),
      waiver: { reason: ours[2] ?? '', source: 'comment plimsoll: waive' },
    });
  for (const [, id = '', rest = ''] of line.matchAll(/#\s*trivy:ignore:([\w-]+)((?::[\w-]+)*)/g)) {
    const until = /:exp:(\d{4}-\d{2}-\d{2})/.exec(rest)?.[1];
    const checks = peers.of('trivy', id);
    if (checks.length > 0 && (until === undefined || today <= until))
      found.push({
        checks,
        waiver: {
          reason: 'No reason given.',
          source: `comment trivy:ignore:${id}`,
          ...(until === undefined ? {} : { until }),
        },
      });
  }
  return found;
}

function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
