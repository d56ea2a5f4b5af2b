import type { Document } from 'yaml';
import type { Problem } from '../../model.ts';
import { quoted, scanText, textOf, valueOf, type ScannedFile } from './prescan.ts';

/**
 * Problems of generators, transformers and validators that would start a program: container, exec and Starlark
 * functions, and plugins (every kind that is not kustomize's own).
 *
 * @param inline the text of a configuration that is written inside `scanned`, at `node`
 */
export function functionProblems(scanned: ScannedFile, inline?: string, node?: unknown): Problem[] {
  if (node === undefined) return scanned.documents.flatMap((document) => problemsOf(scanned, document));
  if (inline?.includes('\n') !== true) return [];
  // The text of a block starts on the line below its key.
  const part = scanText(scanned.file, inline, (scanned.lineOf(node) ?? 0) + 1);
  return part === undefined ? [] : part.documents.flatMap((document) => problemsOf(part, document));
}

function problemsOf(scanned: ScannedFile, document: Document): Problem[] {
  const root = document.contents;
  const kind = valueOf(document, root, 'kind');
  const apiVersion = textOf(valueOf(document, root, 'apiVersion')) ?? '';
  // A kustomization among the generators is visited as such.
  if (kind === undefined || apiVersion.startsWith('kustomize.config.k8s.io/')) return [];
  const line = scanned.lineOf(kind);
  const at = { file: scanned.file, ...(line === undefined ? {} : { line }) };
  const annotations = valueOf(document, valueOf(document, root, 'metadata'), 'annotations');
  const isFunction = ['config.kubernetes.io/function', 'config.k8s.io/function'].some(
    (key) => valueOf(document, annotations, key) !== undefined,
  );
  const name = quoted(textOf(kind) ?? '');
  if (isFunction)
    return [
      {
        ...at,
        code: 'kustomize-function',
        message: `The function ${name} is not supported: kustomize would start a program or a container.`,
        hint: 'Run the function beforehand and commit what it makes.',
      },
    ];
  if (apiVersion === 'builtin') return [];
  return [
    {
      ...at,
      code: 'kustomize-plugin',
      message: `The plugin ${name} (${quoted(apiVersion)}) is not supported: plugins are programs and are not run.`,
      hint: 'Use a transformer of kustomize itself (apiVersion: builtin), or commit what the plugin makes.',
    },
  ];
}
