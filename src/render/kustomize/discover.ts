import type { Because, KustomizeUnit } from '../../model.ts';
import type { References } from '../gitops/reference.ts';
import { folderOf, nameOf } from '../paths.ts';
import { Reasons, type Discovered, type Scope } from '../scope.ts';
import type { Kustomizations } from './graph.ts';
import type { Kustomization } from './kustomization.ts';

/** The kustomizations that changed files reach, directly or through others, with the reasons; all when all are wanted. */
export function touchedKustomizations(scope: Scope, all: Kustomizations): Reasons {
  const touched = new Reasons();
  if (scope.changed === 'all') {
    for (const { folder, file } of all.byFolder.values()) touched.add(folder, file, 'is a kustomization');
    return touched;
  }
  const open: { one: Kustomization; because: Because }[] = [];
  for (const file of scope.changed) {
    const own = all.byFolder.get(folderOf(file));
    if (own?.file === file) open.push({ one: own, because: { file, reason: 'is the kustomization' } });
    for (const one of all.namers(file)) open.push({ one, because: { file, reason: wayOf(one, file) } });
  }
  const seen = new Set<string>();
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { one, because } = next;
    touched.add(one.folder, because.file, because.reason);
    const key = `${one.folder}\0${because.file}`;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const namer of all.namers(one.folder))
      open.push({ one: namer, because: { file: because.file, reason: `is reached through ${one.folder}` } });
  }
  return touched;
}

function wayOf(one: Kustomization, file: string): string {
  const { parts, charts } = one.named();
  if (parts.includes(file)) return 'is one of its resources';
  return charts.length > 0 && !one.named().files.includes(file)
    ? 'belongs to a chart it inflates'
    : 'is read by it (patch, generator or configuration)';
}

/** The roots among the touched kustomizations: what nothing includes, and what GitOps objects point at. */
export function kustomizeUnits(all: Kustomizations, touched: Reasons, references: References): Discovered {
  const found: Discovered = { units: [], problems: [], notices: [] };
  const pointedAt = new Set(references.followed.map(({ folder }) => folder));
  const included = (folder: string): boolean => all.namers(folder).length > 0;
  const folders = touched.things().filter((folder) => all.byFolder.has(folder));
  const roots = folders.filter((folder) => !included(folder) || pointedAt.has(folder));
  for (const folder of [...roots, ...cycleStarts(folders, roots, all)].sort()) {
    const one = all.byFolder.get(folder);
    if (one === undefined) continue;
    const id = `kustomize:${folder}`;
    if (one.named().component && !pointedAt.has(folder)) {
      found.notices.push({
        code: 'component-unused',
        message: `${one.file} is a component that no kustomization of the repository includes; it was not rendered.`,
        unit: id,
        file: one.file,
      });
      continue;
    }
    const unit: KustomizeUnit = { kind: 'kustomize', id, root: folder, variant: '', because: touched.of(folder) };
    found.units.push(unit);
    const without = references.followed.filter((one) => one.folder === folder && one.ignored.length > 0);
    for (const { object, ignored, file } of without)
      found.notices.push({
        code: 'gitops-option-ignored',
        message: `${nameOf(folder)} is rendered without what ${object} adds to it: ${ignored.join(', ')}.`,
        unit: id,
        file,
      });
  }
  return found;
}

/** Kustomizations that include one another and that nothing else includes have no root: one of each ring stands for it. */
function cycleStarts(folders: readonly string[], roots: readonly string[], all: Kustomizations): string[] {
  const reached = new Set<string>();
  const reach = (folder: string): void => {
    const open = [folder];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(...(all.byFolder.get(next)?.named().parts ?? []).filter((part) => all.byFolder.has(part)));
    }
  };
  for (const root of roots) reach(root);
  const starts: string[] = [];
  for (const folder of [...folders].sort()) {
    if (reached.has(folder) || !inRing(folder, all)) continue;
    starts.push(folder);
    reach(folder);
  }
  return starts;
}

/** Whether following the kustomization's parts comes back to it. */
function inRing(folder: string, all: Kustomizations): boolean {
  const seen = new Set<string>();
  const open = [...(all.byFolder.get(folder)?.named().parts ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === folder) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(all.byFolder.get(next)?.named().parts ?? []));
  }
  return false;
}
