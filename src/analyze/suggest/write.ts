/** Changes of the source as text: what files become, and what is suggested. Pure. */
import type { Fix, Suggestion } from '../../model.ts';
import type { SourceChange } from './candidates.ts';
import { joined, spanOf, spliced, type Splice } from './splice.ts';
import { templateSplices } from './template-text.ts';
import { yamlText, type YamlText } from './yaml-text.ts';

/** Files as they are, and as YAML. */
export interface Source {
  text(file: string): string | undefined;
  yaml(file: string): YamlText | undefined;
}

/** More lines than this are no suggestion that anybody reads. */
const longest = 80;

export function sourceOf(texts: ReadonlyMap<string, string>): Source {
  const parsed = new Map<string, YamlText>();
  return {
    text: (file) => texts.get(file),
    yaml(file) {
      const text = texts.get(file);
      if (text === undefined) return undefined;
      const known = parsed.get(file) ?? yamlText(text);
      parsed.set(file, known);
      return known;
    },
  };
}

/**
 * The files with the changes made; undefined when they cannot be made together. `proved`: read again, to see that nothing
 * else of them changed.
 */
export function editedBy(
  changes: readonly SourceChange[],
  source: Source,
  proved = true,
): Map<string, string> | undefined {
  const edited = new Map<string, string>();
  for (const [file, own] of Map.groupBy(changes, (one) => one.file)) {
    const text = source.text(file);
    const splices = splicesFor(file, own, source, proved);
    const after = text === undefined || splices === undefined ? undefined : spliced(text, splices);
    if (after === undefined || after === text) return undefined;
    edited.set(file, after);
  }
  return edited;
}

function splicesFor(
  file: string,
  changes: readonly SourceChange[],
  source: Source,
  proved: boolean,
): Splice[] | undefined {
  const text = source.text(file);
  if (text === undefined) return undefined;
  const inYaml = changes.flatMap((one) => (one.in === 'yaml' ? [one.change] : []));
  const inTemplate = changes.flatMap((one) => (one.in === 'template' ? [one.change] : []));
  const yaml = inYaml.length === 0 ? [] : source.yaml(file)?.splices(inYaml, proved);
  const template = inTemplate.length === 0 ? [] : templateSplices(text, inTemplate);
  return yaml === undefined || template === undefined ? undefined : [...yaml, ...template];
}

/** One span of one file. A fix of several files, or of places far apart, cannot be said so. */
export function suggestionOf(fix: Fix, changes: readonly SourceChange[], source: Source): Suggestion | undefined {
  const [file, ...others] = new Set(changes.map((one) => one.file));
  const text = file === undefined ? undefined : source.text(file);
  if (file === undefined || others.length > 0 || text === undefined) return undefined;
  const splice = joined(text, splicesFor(file, changes, source, false) ?? []);
  if (splice === undefined) return undefined;
  const span = spanOf(text, splice);
  if (span.endLine - span.startLine > longest) return undefined;
  return {
    file,
    span,
    text: splice.text,
    description: fix.description,
    ...(fix.risky === undefined || fix.risky === false ? {} : { risky: true }),
  };
}
