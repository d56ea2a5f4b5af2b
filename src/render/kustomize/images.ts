/** The `images` of a kustomization. */
import type { JsonMap } from '../../model.ts';
import { textOf } from '../yaml.ts';
import type { Step } from './field.ts';

const holders = new Set(['containers', 'initContainers', 'ephemeralContainers']);

/** Whether the steps end at a container's image. */
export function isImage(steps: readonly Step[]): boolean {
  const [list, item, image] = steps.slice(-3);
  if (list === undefined || item === undefined || image === undefined) return false;
  return 'key' in list && holders.has(list.key) && 'index' in item && 'key' in image && image.key === 'image';
}

/** The key of an `images` entry that says the last part of the image, and the image it makes; undefined when it is for another. */
export function imageAfter(entry: JsonMap, image: string): { key: string; image: string } | undefined {
  const parts = /^(.*?)(?::([\w.{}-]*))?(@sha256:[a-zA-Z0-9_.{}-]*)?$/.exec(image);
  if (parts?.[1] !== textOf(entry.name)) return undefined;
  const name = textOf(entry.newName) || parts[1];
  const newTag = textOf(entry.newTag);
  const newDigest = textOf(entry.digest);
  const suffix = textOf(entry.tagSuffix);
  const oldTag = parts[2] === undefined ? '' : `:${parts[2]}`;
  let rest = oldTag + (parts[3] ?? '');
  if (newTag !== '' && newDigest !== '') rest = `:${newTag}@${newDigest}`;
  else if (newTag !== '') rest = `:${newTag}`;
  else if (newDigest !== '') rest = `@${newDigest}`;
  else if (suffix !== '') rest = `${oldTag}${suffix}`;
  const key = ['digest', 'newTag', 'tagSuffix', 'newName'].find((one) => textOf(entry[one]) !== '');
  return key === undefined ? undefined : { key, image: `${name}${rest}` };
}
