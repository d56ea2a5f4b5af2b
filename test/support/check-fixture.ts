import { readFileSync } from 'node:fs';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';
import type { Options } from '../../src/check.ts';
import type { Resource } from '../../src/model.ts';

/** One case of a fixture: manifests judged together, and what must be found on which line of the file. */
export interface FixtureCase {
  title: string;
  kubeVersion: { major: number; minor: number };
  options: Options;
  complete: boolean;
  resources: Resource[];
  /** Expected messages by line of the fixture file, from 1. */
  expected: Map<number, string[]>;
}

const latest = { major: 1, minor: 37 };

/**
 * Reads `test/checks/<id>.yaml`.
 *
 * `# expect: MESSAGE` at the end of a line marks a finding on that line; several may follow one another.
 * `# expect next: MESSAGE` on a line of its own marks one on the line below.
 * `# case: TITLE` on a line of its own starts a new set of manifests (each case is judged alone); the comment lines right
 * under it may say `# kube-version: 1.24`, `# options: {"registries": ["a.example"]}`, `# complete: true`.
 */
export function readFixture(file: string | URL): FixtureCase[] {
  return parseFixture(readFileSync(file, 'utf8'));
}

export function parseFixture(text: string): FixtureCase[] {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, index) => (line.startsWith('# case:') ? [index] : []));
  if (starts[0] !== 0) starts.unshift(0);
  return starts.flatMap((start, nth) => {
    const end = starts[nth + 1] ?? lines.length;
    const part = lines.slice(start, end);
    if (nth === 0 && !part.some((line) => line.trim() !== '' && !line.startsWith('#'))) return [];
    return [caseOf(part, start)];
  });
}

function caseOf(lines: string[], start: number): FixtureCase {
  const read: FixtureCase = {
    title: 'as written',
    kubeVersion: latest,
    options: {},
    complete: false,
    resources: [],
    expected: new Map(),
  };
  for (const line of lines) {
    const [, key, value = ''] = /^# (case|kube-version|options|complete): (.*)$/.exec(line) ?? [];
    if (key === 'case') read.title = value;
    if (key === 'kube-version') read.kubeVersion = { major: 1, minor: Number(value.split('.')[1]) };
    if (key === 'options') read.options = JSON.parse(value) as Options;
    if (key === 'complete') read.complete = value === 'true';
  }
  lines.forEach((line, index) => {
    const own = line.split(/# expect: /).slice(1);
    for (const message of own) expect(read.expected, start + index + 1, message.trim());
    const below = /^\s*# expect next: (.*)$/.exec(line)?.[1];
    if (below !== undefined) expect(read.expected, start + index + 2, below.trim());
  });
  // Blank lines before the case keep the line numbers those of the file.
  const parsed = parseManifests('\n'.repeat(start) + lines.join('\n'));
  if (parsed.faults.length > 0) throw new Error(`fixture does not parse: ${JSON.stringify(parsed.faults)}`);
  for (const document of parsed.documents)
    read.resources.push(
      ...resourcesOf(document, {
        unit: 'plain:.',
        namespace: '',
        origin: { file: '' },
        firstIndex: read.resources.length,
      }),
    );
  return read;
}

function expect(expected: Map<number, string[]>, line: number, message: string): void {
  expected.set(line, [...(expected.get(line) ?? []), message]);
}
