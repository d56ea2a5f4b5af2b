import type { Json, JsonMap, RenderUnit, Resource } from '../model.ts';
import type { RawFinding, UnitFindings } from './compare.ts';
import { fingerprint } from './fingerprint.ts';

/**
 * The base's findings as if the unit had always been where it is now. A chart's folder often names the release, and the
 * release the objects and containers: where `head` knows a finding under the new name, it is the same one.
 */
export function movedTo(
  unit: RenderUnit,
  before: UnitFindings,
  head: readonly Pick<RawFinding, 'fingerprint'>[],
): RawFinding[] {
  if (before.unit.root === unit.root) return [...before.findings];
  const known = new Set(head.map((one) => one.fingerprint));
  const former = before.unit.kind === 'helm' ? before.unit.release.name : '';
  const now = unit.kind === 'helm' ? unit.release.name : '';
  return before.findings.map((one) => {
    const asIf = (resource: Resource): string =>
      fingerprint(one.check.id, unit, resource, one.path, one.violation.about ?? '');
    const same = asIf(one.resource);
    if (former === now || known.has(same)) return { ...one, fingerprint: same };
    const named = { ...one.resource, name: renamed(one.resource.name, former, now) };
    const inside = { ...named, manifest: withNames(one.resource.manifest, former, now) };
    return { ...one, fingerprint: [asIf(named), asIf(inside)].find((other) => known.has(other)) ?? same };
  });
}

/** `api-worker` → `backend-worker`: the first place where the release's name stands as words of its own. */
function renamed(name: string, former: string, now: string): string {
  const at = `-${name}-`.indexOf(`-${former}-`);
  return at === -1 ? name : `${name.slice(0, at)}${now}${name.slice(at + former.length)}`;
}

function withNames(manifest: JsonMap, former: string, now: string): JsonMap {
  return mapped(manifest) as JsonMap;

  function mapped(value: Json): Json {
    if (Array.isArray(value)) return (value as readonly Json[]).map(mapped);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value as JsonMap).map(([key, inner]) => [
        key,
        key === 'name' && typeof inner === 'string' ? renamed(inner, former, now) : mapped(inner),
      ]),
    );
  }
}
