import {
  absent,
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  int,
  type Json,
  list,
  type Path,
  type PodSubject,
  type Violation,
  volumesOf,
} from '../src/check.ts';

export default defineCheck({
  id: 'secret-volume-permissive-mode',
  title: 'Secret files are readable by every user',
  category: 'secrets',
  severity: 'low',
  default: 'off',
  on: 'pod',
  why: 'Every process in the container reads the credential, also one that runs as another user because it is not to be trusted.',
  remedy: 'Set defaultMode 0440 or 0400.',
  standards: { nsa: ['Network separation and hardening: Secrets'], mitre: ['T1552.001'] },
  run(pod) {
    let found: Gathered;
    for (const volume of volumesOf(pod)) {
      const secret = volume.spec.secret;
      const sources = list(dig(volume.spec, 'projected', 'sources'));
      const holders: [Json, Path][] = absent(secret)
        ? sources.flatMap((source, index): [Json, Path][] => {
            const one = dig(source, 'secret');
            return absent(one) ? [] : [[one, ['projected', 'sources', index, 'secret']]];
          })
        : [[secret, ['secret']]];
      if (holders.length === 0) continue;
      const field = absent(secret) ? 'projected' : 'secret';
      const usual = dig(volume.spec, field, 'defaultMode');
      for (const [holder, path] of holders) {
        const items = list(dig(holder, 'items'));
        for (const [index, item] of items.entries()) {
          const mode = dig(item, 'mode');
          if (!absent(mode) && isOpen(mode))
            found = and(
              found,
              violation(
                pod,
                below(volume.path, ...path, 'items', index, 'mode'),
                `${volume.label} gives a Secret file to every user (mode ${shown(mode)}).`,
                volume.about,
              ),
            );
        }
        // When each item has its own mode, the default is for none.
        if (items.length > 0 && items.every((item) => !absent(dig(item, 'mode')))) continue;
        if (!isOpen(usual)) continue;
        found = and(
          found,
          violation(
            pod,
            below(volume.path, field, 'defaultMode'),
            `${volume.label} gives its Secret files to every user (mode ${shown(usual)}).`,
            volume.about,
          ),
        );
      }
    }
    return found;
  },
});

/** The group that owns the files is the pod's own where it names one. */
function violation(pod: PodSubject, at: Path, message: string, about: string): Violation {
  if (int(dig(pod.spec, 'securityContext', 'fsGroup')) === undefined) return { at, message, about };
  return {
    at,
    message,
    about,
    fix: {
      description: 'Let owner and group read the files (mode 0440).',
      edits: [{ op: 'set', path: at, value: 0o440 }],
      risky: true,
    },
  };
}

/** A mode as the API takes it: a number, which YAML 1.1 also reads from `0644`. Unset is 0644. */
function modeOf(value: Json | undefined): number | undefined {
  if (absent(value)) return 0o644;
  if (typeof value === 'string' && /^0o?[0-7]{1,4}$/.test(value)) return Number.parseInt(value.replace('o', ''), 8);
  return int(value);
}

function isOpen(value: Json | undefined): boolean {
  return ((modeOf(value) ?? 0) & 0o007) !== 0;
}

function shown(value: Json | undefined): string {
  return (modeOf(value) ?? 0).toString(8).padStart(4, '0');
}
