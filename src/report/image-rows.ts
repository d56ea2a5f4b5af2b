import type { ImageChange, Report } from '../model.ts';
import { parseImage } from '../subjects/image.ts';
import { code } from './escape.ts';
import { resourceName } from './summarize.ts';

/** Containers named in a row. */
const shownUsers = 3;

/** Rows of a table: images that change, appear or go, each once with all containers that use it; the first with the heading. */
export function imageRows({ images }: Pick<Report, 'images'>): string[] {
  const groups = Map.groupBy(images, ({ before, after }) => JSON.stringify([before, after]));
  const rows = [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [`| ${cells(first)} | ${users(group)} |`];
  });
  const [first, ...rest] = rows;
  if (first === undefined) return [];
  return [`| | image | before | after | used by |\n| --- | --- | --- | --- | --- |\n${first}`, ...rest];
}

function cells({ before, after }: ImageChange): string {
  const was = before === undefined ? undefined : shown(before);
  const is = after === undefined ? undefined : shown(after);
  if (was === undefined) return `new | ${code(is?.name ?? '')} | | ${version(is)}`;
  if (is === undefined) return `gone | ${code(was.name)} | ${version(was)} | `;
  if (was.name === is.name) return `changed | ${code(is.name)} | ${version(was)} | ${version(is)}`;
  return `replaced | ${code(is.name)} | ${code(was.name)} ${version(was)} | ${version(is)}`;
}

interface Shown {
  name: string;
  tag: string | undefined;
  digest: string | undefined;
}

function shown(reference: string): Shown {
  const { tag, digest } = parseImage(reference);
  const [named = reference] = reference.trim().split('@');
  return { name: tag === undefined ? named : named.slice(0, -tag.length - 1), tag, digest };
}

/** Tag and digest; the digest shortened as container tools do. Without both, what an engine would take. */
function version(image: Shown | undefined): string {
  if (image === undefined) return '';
  const { tag, digest } = image;
  const parts = [
    ...(tag === undefined ? [] : [code(tag)]),
    ...(digest === undefined ? [] : [code(digest.replace(/^(\w+:[0-9a-f]{12})[0-9a-f]+$/, '$1…'))]),
  ];
  return parts.length === 0 ? 'no tag (`latest`)' : parts.join(' ');
}

function users(group: readonly ImageChange[]): string {
  const named = group
    .slice(0, shownUsers)
    .map(({ resource, container }) => `${code(resourceName(resource))} ${code(container)}`);
  const more = group.length - named.length;
  return `${named.join('<br>')}${more > 0 ? `<br>and ${more} more` : ''}`;
}
