import type { InlineValues, JsonMap, Path } from '../../model.ts';

/** A file of the repository that gives values, and whether it may be missing. */
export interface ValuesFile {
  path: string;
  optional: boolean;
}

/** What an Argo CD or Flux object of the repository says about how one of its folders is deployed. */
export interface Reference {
  /** `Application api-prod`, as it is shown. */
  object: string;
  /** Name of the variant. */
  variant: string;
  /** The file the object stands in, and its position there. */
  file: string;
  document: number;
  /** The folder that is deployed, relative to the repository. */
  folder: string;
  release: { name: string; namespace: string };
  values: ValuesFile[];
  inlineValues: InlineValues[];
  /** Other files whose content ends up in the values. */
  reads: string[];
  /** How a folder without chart and kustomization is read. */
  directory: { recurse: boolean; include: string; exclude: string };
  /** Parts of the object that are not carried into the render, as they are shown. */
  ignored: string[];
}

/** An object that cannot be followed, and why. */
export interface Unfollowed {
  file: string;
  object: string;
  reason: string;
  /** Files of the repository the object would have used. */
  reads: string[];
}

export interface References {
  followed: Reference[];
  unfollowed: Unfollowed[];
}

/** One object of a file. */
export interface GitOpsObject {
  file: string;
  document: number;
  value: JsonMap;
}

export function inline(object: GitOpsObject, path: Path, values: JsonMap): InlineValues {
  return { file: object.file, document: object.document, path, values };
}
