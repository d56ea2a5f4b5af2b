/**
 * Examples for the pages of the checks, taken from the fixtures in `test/checks`: the cases `bad example` and `good example`. Where a
 * fixture has none: manifests that the check reports, reduced to what it takes to be reported and completed to what the API takes, and
 * the least change that silences it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { checks } from '../checks/index.ts';
import { applyEdits } from '../src/analyze/edit.ts';
import { judge } from '../src/analyze/run.ts';
import { kindKey, schemaFaults, type Check, type Edit, type Violation } from '../src/check.ts';
import type { JsonMap, Resource } from '../src/model.ts';

import { parseFixture, type FixtureCase } from '../test/support/check-fixture.ts';
import type { CheckExample } from '../src/report/check-page.ts';
import { completed } from './complete-manifest.ts';
import { cures } from './cures.ts';
import { reduced } from './reduce-manifest.ts';

interface Candidate {
  one: FixtureCase;
  resources: readonly Resource[];
  violations: readonly Found[];
}
interface Found {
  resource: Resource;
  violation: Violation;
}

/** The example of a check; undefined when its fixture holds no manifests that it reports. */
export function exampleOf(check: Check): CheckExample | undefined {
  const file = new URL(`../test/checks/${check.id}.yaml`, import.meta.url);
  if (!existsSync(file)) return undefined;
  const cases = parseFixture(readFileSync(file, 'utf8'));
  const written = (title: string): FixtureCase | undefined => cases.find((one) => one.title === title);
  const given = written('bad example');
  const bad =
    given === undefined
      ? least(
          cases.flatMap((one) => reported(check, one)),
          (candidate) => effortOf(check, candidate),
        )
      : { one: given, resources: given.resources, violations: run(check, given, given.resources) };
  if (bad === undefined) return undefined;
  const { options, kubeVersion } = bad.one;
  const fix = bad.violations.find(({ violation }) => violation.fix !== undefined)?.violation.fix;
  const good = written('good example')?.resources ?? mended(check, bad, cases);
  return {
    bad: textOf(bad.resources),
    messages: [...new Set(bad.violations.map(({ violation }) => violation.message))],
    ...(good === undefined ? {} : { good: textOf(good) }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
    ...(kubeVersion.minor === latestMinor ? {} : { kubeVersion: `${kubeVersion.major}.${kubeVersion.minor}` }),
    ...(fix === undefined ? {} : { fix: { description: fix.description, risky: fix.risky ?? false } }),
  };
}

/** Which of the faults a check reports shows best what it is about. */
const telling: Readonly<Record<string, RegExp>> = {
  'image-tag-latest': /tag latest|"[^"]*:latest"/,
  'run-as-root-user': /^Container/,
  'seccomp-unconfined': /Unconfined|turns/,
  'root-group': /^(?:Pod|Container).*runAsGroup/,
  'secret-in-configmap': /under/,
};

const latestMinor = parseFixture('kind: List')[0]?.kubeVersion.minor;

function run(check: Check, one: FixtureCase, resources: readonly Resource[]): readonly Found[] {
  const { kubeVersion, options, complete } = one;
  return judge(resources, { checks: [check], kubeVersion, options: { [check.id]: options }, complete }).found;
}

/** For each object that is reported, the least of its case with which it still is. */
function reported(check: Check, one: FixtureCase): Candidate[] {
  return [...new Set(run(check, one, one.resources).map(({ resource }) => resource))].map((resource) => {
    let resources = fewest(one.resources, resource, (some) =>
      run(check, one, some).some((found) => found.resource === resource),
    );
    const all = run(check, one, resources).map(({ violation }) => violation);
    const full = all.filter(({ severity = check.severity }) => severity === check.severity);
    const target = (
      full.find(({ message }) => telling[check.id]?.test(message)) ??
      full.find(({ message }) => /^(?:Container|Pod) /.test(message)) ??
      full[0] ??
      all[0]
    )?.message;
    for (const [index, each] of resources.entries()) {
      const put = (manifest: JsonMap): readonly Resource[] => resources.with(index, renewed(each, manifest));
      const faults = oddities(each);
      const holds = (manifest: JsonMap): boolean => {
        if (oddities({ ...each, manifest }) > faults) return false;
        return run(check, one, put(manifest)).some(({ violation }) => violation.message === target);
      };
      const least = reduced(each.manifest, holds);
      const whole = put(completed(least));
      resources = run(check, one, whole).length > 0 ? whole : put(least);
    }
    return { one, resources, violations: run(check, one, resources) };
  });
}

/** The object with another manifest, its names and kind as that has them. */
function renewed(resource: Resource, manifest: JsonMap): Resource {
  const metadata = manifest.metadata as JsonMap | undefined;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { ...resource, manifest, name: text(metadata?.name), namespace: text(metadata?.namespace) };
}

/** Drops one object after the other, never `kept`, as long as it `holds`. */
function fewest(
  resources: readonly Resource[],
  kept: Resource,
  holds: (some: readonly Resource[]) => boolean,
): readonly Resource[] {
  if (holds([kept])) return [kept];
  return resources.reduce<readonly Resource[]>((left, resource) => {
    const without = left.filter((other) => other !== resource);
    return resource !== kept && holds(without) ? without : left;
  }, resources);
}

/** The bad objects after the check's own fixes, else after the smallest change that the fixture suggests. */
function mended(check: Check, bad: Candidate, cases: readonly FixtureCase[]): readonly Resource[] | undefined {
  const isSilent = (resources: readonly Resource[]): boolean => run(check, bad.one, resources).length === 0;
  const after = (edits: (found: Found) => readonly Edit[]): readonly Resource[] =>
    bad.resources.map((resource) => {
      const own = bad.violations.filter((found) => found.resource === resource);
      return own.length === 0 ? resource : renewed(resource, applyEdits(resource.manifest, own.flatMap(edits)));
    });
  const fixed = after(({ violation }) => violation.fix?.edits ?? []);
  if (isSilent(fixed)) return fixed;
  const [first] = bad.violations;
  if (first === undefined) return undefined;
  const known = new Set(alarms(bad.one, bad.resources));
  const isBetter = (resources: readonly Resource[]): boolean =>
    isSilent(resources) &&
    !resources.some(({ manifest }) => /null|:\{\}|:\[\]/.test(JSON.stringify(manifest))) &&
    resources.every((resource, index) => oddities(resource) <= oddities(bad.resources[index])) &&
    alarms(bad.one, resources).every((id) => known.has(id));
  const put = (manifest: JsonMap): readonly Resource[] =>
    bad.resources.map((resource) => (resource === first.resource ? renewed(resource, manifest) : resource));
  const others = cases.flatMap((one) => one.resources);
  const { manifest } = first.resource;
  const changed = cures(manifest, first.violation.at, others).map((edits) => put(applyEdits(manifest, edits)));
  const replaced = others
    .filter((other) => kindKey(other) === kindKey(first.resource))
    .map((other) => put(renamed(completed(other.manifest), manifest)))
    .filter((resources) => distance(bad.resources, resources) <= 14)
    .toSorted((a, b) => distance(bad.resources, a) - distance(bad.resources, b));
  return changed.find(isBetter) ?? replaced.find(isBetter);
}

/** What the checks that are on by default say of the objects: a cure must not be worse than the disease. */
function alarms(one: FixtureCase, resources: readonly Resource[]): string[] {
  const { kubeVersion, complete } = one;
  return judge(resources, { checks: byDefault, kubeVersion, complete }).found.map(({ check }) => check.id);
}

const byDefault = checks.filter((check) => check.default === 'on');

function renamed(manifest: JsonMap, like: JsonMap): JsonMap {
  return applyEdits(manifest, [{ op: 'set', path: ['metadata'], value: like.metadata ?? {} }]);
}

/** Lines that only one of the two has. */
function distance(some: readonly Resource[], others: readonly Resource[]): number {
  const [a, b] = [textOf(some).split('\n'), textOf(others).split('\n')];
  return a.filter((line) => !b.includes(line)).length + b.filter((line) => !a.includes(line)).length;
}

/** How hard the example is to read: its length, and what has to be explained. */
function effortOf(check: Check, { one, resources, violations }: Candidate): number {
  const odd = resources.filter((resource) => oddities(resource) > 0).length;
  const rare = resources.filter(({ apiVersion }) =>
    /tekton|argoproj|knative|openshift|agents|extensions|beta1$/.test(apiVersion),
  ).length;
  const unusual = resources.filter(({ manifest }) =>
    /"(?:ephemeral|init)Containers"/.test(JSON.stringify(manifest)),
  ).length;
  const untold =
    telling[check.id] !== undefined && !violations.some(({ violation }) => telling[check.id]?.test(violation.message));
  const lesser = violations.some(({ violation }) => (violation.severity ?? check.severity) !== check.severity);
  return (
    textOf(resources).split('\n').length +
    40 * odd +
    25 * rare +
    15 * unusual +
    (untold ? 30 : 0) +
    (lesser ? 20 : 0) +
    5 * (violations.length - 1) +
    (Object.keys(one.options).length > 0 ? 25 : 0) +
    (one.kubeVersion.minor === latestMinor ? 0 : 30)
  );
}

/** Faults for which the API would refuse the object. */
const oddities = (resource: Resource | undefined): number =>
  resource === undefined ? 0 : schemaFaults(resource).length;

function textOf(resources: readonly Resource[]): string {
  return resources
    .map(({ manifest }) => stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join('---\n');
}

function least<Item>(items: readonly Item[], measure: (item: Item) => number): Item | undefined {
  return items.map((item) => ({ item, size: measure(item) })).toSorted((a, b) => a.size - b.size)[0]?.item;
}
