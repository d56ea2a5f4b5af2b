import type { Check, Peer } from '../check.ts';
import { nearestName } from '../nearest.ts';

/** Our checks by the ids of another tool, however they are written: `AVD-KSV-0017`, `KSV017`, `ckv_k8s_16`, `C-57`. */
export interface PeerIndex {
  /** Ids of our checks, in their order; none for an unknown id. */
  of: (peer: Peer, id: string) => readonly string[];
  /** The tool's id that an unknown one most likely means, as the tool writes it. */
  near: (peer: Peer, id: string) => string | undefined;
}

/** Made when something is asked: most reviews see no suppression of another tool. */
export function peerIndex(checks: readonly Check[]): PeerIndex {
  let made: PeerIndex | undefined;
  return {
    of: (peer, id) => (made ??= indexOf(checks)).of(peer, id),
    near: (peer, id) => (made ??= indexOf(checks)).near(peer, id),
  };
}

function indexOf(checks: readonly Check[]): PeerIndex {
  const index = new Map<Peer, Map<string, { written: string; checks: string[] }>>();
  for (const check of checks)
    for (const [peer, ids] of Object.entries(check.peers ?? {}) as [Peer, readonly string[]][]) {
      const known = index.get(peer) ?? new Map<string, { written: string; checks: string[] }>();
      index.set(peer, known);
      for (const id of ids)
        for (const key of namesOf(peer, id)) {
          const there = known.get(key);
          if (there === undefined) known.set(key, { written: id, checks: [check.id] });
          else if (!there.checks.includes(check.id)) there.checks.push(check.id);
        }
    }
  return {
    of: (peer, id) => index.get(peer)?.get(plain(peer, id))?.checks ?? [],
    near: (peer, id) => {
      const known = index.get(peer);
      const nearest = nearestName(plain(peer, id), known?.keys() ?? []);
      return nearest === undefined ? undefined : known?.get(nearest)?.written;
    },
  };
}

/** Kyverno's policies are known by their own name too, without the folder they lie in. */
function namesOf(peer: Peer, id: string): string[] {
  const key = plain(peer, id);
  return peer === 'kyverno' && key.includes('/') ? [key, key.slice(key.lastIndexOf('/') + 1)] : [key];
}

const numbering = new Set<Peer>(['checkov', 'trivy', 'kubescape', 'monokle']);

/** Numbered ids without case, separators and leading zeros; names without case. */
function plain(peer: Peer, id: string): string {
  const text = id.trim().toLowerCase();
  const [, letters = '', number] = (numbering.has(peer) && /^(.{0,100}?)[-_]?0{0,20}(\d{1,20})$/.exec(text)) || [];
  // Trivy's ids were written AVD-KSV-0017 and KSV017 before KSV-0017.
  return number === undefined ? text : `${letters.replace(/^avd-/, '').replaceAll(/[-_]/g, '')}-${number}`;
}
