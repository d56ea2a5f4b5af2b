import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const folder = import.meta.dirname;
const rows = [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| (\d\d[a-z]?) +\|.*\|([^|]*)\|$/gm)].map(
  ([, row = '', tests = '']) => ({ row, files: [...tests.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file) }),
);

/** Ids of rows in a test file: `row: '05f'`, `['05f', …`, `row 05f: …`, `rows 06b, 49: …`. */
function rowsIn(file: string): Set<string> {
  const text = readFileSync(join(folder, file), 'utf8');
  const listed = [...text.matchAll(/(?:row: |^ +\[\n? *)'(\d\d[a-z]?)'/gm)].map(([, row = '']) => row);
  const titled = [...text.matchAll(/\brows? (\d\d[a-z]?(?:, \d\d[a-z]?)*):/g)].flatMap(([, some = '']) =>
    some.split(', '),
  );
  return new Set([...listed, ...titled]);
}

test.each(rows)('row $row of the table is tested where the table says', ({ row, files }) => {
  expect(files).not.toEqual([]);
  for (const file of files) expect([file, rowsIn(file).has(row)]).toEqual([file, true]);
});

test('every row that is tested here stands in the table', () => {
  const tests = readdirSync(folder).filter((file) => file.endsWith('.test.ts') && file !== 'rows.test.ts');
  const known = new Map(rows.map(({ row, files }) => [row, files]));
  for (const file of tests)
    for (const row of rowsIn(file)) expect([row, known.get(row)]).toEqual([row, expect.arrayContaining([file])]);
});

test('every file that the tables name exists', () => {
  const named = [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/\]\(([^)]+\.test\.ts)\)/g)];
  expect(named.length).toBeGreaterThan(100);
  expect(named.map(([, file = '']) => file).filter((file) => !existsSync(join(folder, file)))).toEqual([]);
});
