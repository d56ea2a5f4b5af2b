import { waive, type WaiverSources } from './analyze/waive.ts';
import type { Check } from './check.ts';
import type { Finding, Tree } from './model.ts';
import type { ReviewInput } from './review-input.ts';
import type { Side } from './side.ts';

/** The findings with what accepts them: waivers of the settings, of the base's objects, and of the source lines. */
export async function waived(
  findings: readonly Finding[],
  input: ReviewInput,
  base: readonly Side[],
  checks: readonly Check[],
  today: string,
): Promise<ReturnType<typeof waive>> {
  const files = [...new Set(findings.map(({ location }) => location.file))];
  const linesOf = async (tree: Tree): Promise<Map<string, string[]>> =>
    new Map([...(await tree.readMany(files))].map(([file, bytes]) => [file, bytes.toString('utf8').split('\n')]));
  const headLines = await linesOf(input.head);
  const baseLines = input.base === undefined ? headLines : await linesOf(input.base);
  const key = (unit: string, { kind, namespace, name }: Finding['resource']): string =>
    JSON.stringify([unit, kind, namespace, name]);
  const objects = new Map(
    base.flatMap(({ unit, rendered }) =>
      (rendered?.resources ?? []).map((resource) => [key(unit.id, resource), resource.manifest] as const),
    ),
  );
  return waive(findings, {
    settings: input.settings.waivers,
    today,
    checks,
    baseObject: (finding) => objects.get(key(finding.unit, finding.resource)),
    headLines: (file) => headLines.get(file),
    baseLines: (file) => baseLines.get(file),
    ...(input.settingsFile === undefined ? {} : { settingsFile: input.settingsFile }),
    ...(input.base !== undefined || input.changes !== 'all' ? {} : { whole: await waiversOf(input.head, base) }),
  });
}

/** All objects of a scan, and those of its units' files in which a waiver is written. */
async function waiversOf(tree: Tree, sides: readonly Side[]): Promise<NonNullable<WaiverSources['whole']>> {
  const isOurs = (file: string): boolean =>
    sides.some(({ unit }) =>
      unit.kind === 'plain' ? unit.files.includes(file) : unit.root === '.' || file.startsWith(`${unit.root}/`),
    );
  const files = (await tree.grep(['plimsoll: waive'], ['.yaml', '.yml', '.tpl'])).filter(isOurs);
  const contents = await tree.readMany(files);
  return {
    objects: sides.flatMap(({ rendered }) => rendered?.resources ?? []),
    files: new Map([...contents].map(([file, bytes]) => [file, bytes.toString('utf8').split('\n')])),
  };
}
