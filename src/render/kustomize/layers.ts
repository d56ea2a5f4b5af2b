/** The order in which kustomizations are applied to what a file holds. */
import { resolve } from '../paths.ts';
import { textsOf } from '../yaml.ts';
import type { Kustomizations } from './graph.ts';
import type { Kustomization } from './kustomization.ts';

/** Ways to one file beyond this many are not followed: diamonds of diamonds grow without bound. */
const mostWays = 16;

/**
 * The kustomizations that are applied to the objects of `file`, in their order, once for each way from `root` to it.
 * A kustomization's components come before itself, those that a component includes before the component.
 */
export function waysTo(file: string, root: string, all: Kustomizations): Kustomization[][] {
  const ways = (folder: string, above: readonly string[]): Kustomization[][] => {
    const one = all.byFolder.get(folder);
    if (one === undefined || above.includes(folder)) return [];
    const value = one.value();
    const inside = [...above, folder];
    const foldersOf = (key: string): string[] => textsOf(value[key]).flatMap((part) => resolve(folder, part) ?? []);
    const components = foldersOf('components');
    const applied = components.map((component) => componentsOf(component, all, inside));
    const own = [...applied.flat(), one];
    const found: Kustomization[][] = one.file === file ? [own] : [];
    for (const part of [...foldersOf('resources'), ...foldersOf('bases')]) {
      if (found.length >= mostWays) break;
      if (part === file) found.push(own);
      else found.push(...ways(part, inside).map((way) => [...way, ...own]));
    }
    components.forEach((component, index) => {
      if (found.length >= mostWays) return;
      const later = [...applied.slice(index + 1).flat(), one];
      found.push(...ways(component, inside).map((way) => [...way, ...later]));
    });
    return found.slice(0, mostWays);
  };
  return ways(root, []);
}

function componentsOf(folder: string, all: Kustomizations, above: readonly string[]): Kustomization[] {
  const one = all.byFolder.get(folder);
  if (one === undefined || above.includes(folder)) return [];
  const inner = textsOf(one.value().components).flatMap((part) => {
    const path = resolve(folder, part);
    return path === undefined ? [] : componentsOf(path, all, [...above, folder]);
  });
  return [...inner, one];
}
