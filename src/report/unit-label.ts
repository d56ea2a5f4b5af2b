import type { Report } from '../model.ts';

/** A unit in words: its folder, and which of its renders where there are several. */
export function unitLabel(id: string, units: Report['units']): string {
  const unit = units.find((one) => one.id === id);
  if (unit === undefined) return id;
  const folder = unit.root === '.' ? (unit.kind === 'plain' ? 'manifests' : 'the repository’s root') : unit.root;
  return unit.variant === '' ? folder : `${folder} (${unit.variant})`;
}
