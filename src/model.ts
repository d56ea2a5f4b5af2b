/**
 * The nouns of Plimsoll. Plain data that crosses module, queue and database boundaries; imports nothing.
 */

/** A value as YAML or JSON can hold it. Rendered objects are untrusted: nothing about their shape is certain. */
export type Json = null | boolean | number | string | readonly Json[] | JsonMap;
export interface JsonMap {
  readonly [key: string]: Json;
}

/** Steps from an object's root to one of its values. Never a dotted string: annotation keys contain dots. */
export type Path = readonly (string | number)[];

/** A range of text, lines and columns from 1, the end exclusive. Columns count UTF-16 code units. */
export interface Span {
  startLine: number;
  startColumn: number;
  endLine: number;
  endColumn: number;
}

/**
 * How sure a location is.
 * `verified`: the change was made there, rendered again, and the finding changed.
 * `exact`: derived without a gap from the rendered field to this line.
 * `nearest`: the closest enclosing thing that could be located.
 * `file`: only the file is known; the span is its first line and must not be shown as the fault's line.
 */
export type Precision = 'verified' | 'exact' | 'nearest' | 'file';

/** One step on the way from a values key to the rendered field. */
export interface TrailStep {
  label: string;
  file: string;
  span: Span;
}

/** A place in a file of the repository (path relative to its root, `/` as separator). */
export interface SourceLocation {
  file: string;
  span: Span;
  precision: Precision;
  /** From the place to change to the rendered field: values key, template line, include …. Empty for plain manifests. */
  trail: TrailStep[];
  /** In a values file, the path at which the field is set, where that is further down than the span. */
  key?: Path;
}

export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Why a unit is part of a review: the changed file (or the setting) and how it reaches the unit. */
export interface Because {
  file: string;
  reason: string;
}

interface UnitCommon {
  /** Stable over commits: kind, root and variant, e.g. `helm:charts/api@values-prod.yaml`. */
  id: string;
  /** Folder the unit is rendered from, relative to the repository; `.` for the repository itself. */
  root: string;
  /** Name of the set of values; empty where there is only one. */
  variant: string;
  because: Because[];
}

export interface HelmUnit extends UnitCommon {
  kind: 'helm';
  /** Values files in the order helm gets them, relative to the repository. */
  values: string[];
  /** Values given inline (Argo CD `valuesObject`/`parameters`, Flux `spec.values`), merged after `values`. */
  inlineValues?: InlineValues[];
  release: { name: string; namespace: string };
  /** What helm is told not to print; nothing where absent. */
  leaveOut?: readonly ('crds' | 'hooks' | 'tests')[];
}

/** Values written inside an object of the repository, with where they stand. */
export interface InlineValues {
  file: string;
  /** Index of the document in the file, from 0, and the path of the values inside it. */
  document: number;
  path: Path;
  values: JsonMap;
}

export interface KustomizeUnit extends UnitCommon {
  kind: 'kustomize';
}

export interface PlainUnit extends UnitCommon {
  kind: 'plain';
  /** Manifest files of the unit, relative to the repository. */
  files: string[];
}

/** What is rendered together. */
export type RenderUnit = HelmUnit | KustomizeUnit | PlainUnit;

/** Where a rendered object was written, as far as the renderer itself tells. */
export interface Origin {
  /** Template, kustomize origin file or manifest, relative to the repository; empty when unknown. */
  file: string;
  /** Index of the document in `file`, from 0, where that is certain (plain manifests); else absent. */
  document?: number;
}

/** One Kubernetes object, as rendered. */
export interface Resource {
  /** Id of its unit. */
  unit: string;
  apiVersion: string;
  kind: string;
  /** Empty when neither the object nor the renderer names one. */
  namespace: string;
  /** Empty when the object has no metadata.name; such objects are judged too. */
  name: string;
  /** The name with `*` for what differs from render to render; only where something does. */
  steadyName?: string;
  /** Frozen and untrusted. */
  manifest: JsonMap;
  origin: Origin;
  /** Position in the unit's rendered text, objects from 0. */
  index: number;
  /** Only where there are some. */
  repeated?: readonly RepeatedKey[];
  /**
   * The span of the value at `path` in the text this object was read from (of the file for plain manifests, of the
   * rendered text otherwise). For a missing path, the deepest ancestor that exists. A mapping's value is located by its
   * key; an item of a list by its dash's line.
   */
  locate(path: Path): Span;
}

/** A key that stands twice in one mapping. The manifest has the last one. */
export interface RepeatedKey {
  key: string;
  path: Path;
}

/** Something that kept us from judging. Its author can mend it; it is never a success. */
export interface Problem {
  /** Stable, kebab-case; what programs branch on. */
  code: string;
  /** What is wrong, in one sentence that names the thing. */
  message: string;
  /** What to do next. */
  hint: string;
  unit?: string;
  file?: string;
  line?: number;
  /** On which side it happened; absent when the question does not arise. */
  side?: 'base' | 'head';
}

/** Something worth saying that neither failed nor hides anything unjudged (schema validation was skipped, say). */
export interface Notice {
  code: string;
  message: string;
  unit?: string;
  file?: string;
}

/** One change to a rendered object that would silence a finding. */
export type Edit = { op: 'set'; path: Path; value: Json } | { op: 'remove'; path: Path };

export interface Fix {
  /** One sentence in the imperative: "Set securityContext.readOnlyRootFilesystem to true." */
  description: string;
  edits: readonly Edit[];
  /**
   * Whether the change can break a running workload. True: offered only on request. `suggest`: offered where it holds, with the
   * warning, and made together with others only on request.
   */
  risky?: boolean | 'suggest';
}

/** What a check yields. */
export interface Violation {
  /** Path of the faulty or missing field in the object. */
  at: Path;
  /** One or two sentences naming the object's part and the fault. Never contains the value of a secret. */
  message: string;
  /** When the rule gives this instance another severity than the check's own. */
  severity?: Severity;
  fix?: Fix;
  /**
   * What inside the object this is about, for `suppressedBy` between checks that report at different paths
   * (`volume/docker-socket`). Defaults to the container the path lies in, else to the path itself.
   */
  about?: string;
}

/** An edit of the source that was tried: replace `span` of `file` by `text`. */
export interface Suggestion {
  file: string;
  span: Span;
  text: string;
  description: string;
  risky?: boolean;
}

export type FindingStatus = 'introduced' | 'existing' | 'fixed';

/** Why a finding is accepted. */
export interface AppliedWaiver {
  reason: string;
  owner?: string;
  /** ISO date (YYYY-MM-DD), the last day on which it holds. */
  until?: string;
  /** `settings`, or the annotation or comment it was read from. */
  source: string;
}

export interface ResourceId {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
}

export interface Finding {
  /** Same for the same fault over commits, lines and list positions. 32 hex digits. */
  fingerprint: string;
  check: string;
  severity: Severity;
  message: string;
  status: FindingStatus;
  resource: ResourceId;
  unit: string;
  /** Every unit (variant, overlay) that shows this one fault, by id, `unit` included. */
  variants: string[];
  path: Path;
  location: SourceLocation;
  waiver?: AppliedWaiver;
  suggestion?: Suggestion;
}

export type UnitStatus = 'rendered' | 'failed' | 'skipped';

export interface UnitReport {
  id: string;
  kind: RenderUnit['kind'];
  root: string;
  variant: string;
  status: UnitStatus;
  /** The problem's message when failed, the reason when skipped. */
  problem?: string;
  because: Because[];
  /** Wall-clock time of its renders, base and head together. */
  milliseconds: number;
  resources: number;
}

/** An image reference that came, went or changed between base and head. */
export interface ImageChange {
  resource: ResourceId;
  container: string;
  before?: string;
  after?: string;
}

/** A changed object as unified diff; values of Secrets masked before it gets here. */
export interface ObjectDiff {
  unit: string;
  resource: ResourceId;
  change: 'added' | 'removed' | 'changed';
  diff: string;
}

export type Conclusion = 'success' | 'failure' | 'neutral' | 'action_required';

/** The result of a review or scan. Plain JSON. */
export interface Report {
  repository: string;
  pull?: number;
  /** Commit ids; empty for a working tree. `base` is absent for a scan. */
  base?: string;
  head: string;
  units: UnitReport[];
  findings: Finding[];
  problems: Problem[];
  notices: Notice[];
  images: ImageChange[];
  diffs: ObjectDiff[];
  /** Changed objects whose diff did not fit; absent when all did. */
  diffsOmitted?: number;
  /**
   * What is not among the findings: how many checks are off, and how many findings at head only repeat others. Absent when
   * the checks were chosen by name.
   */
  leftOut?: { checks: number; redundant: number };
  /** Severity at and over which an introduced finding fails. */
  failOn: Severity | 'none';
  conclusion: Conclusion;
  /** Wall-clock time of the whole review. */
  milliseconds: number;
}

/** How a file differs between base and head. */
export interface Change {
  path: string;
  /** The former path of a renamed file. */
  from?: string;
  status: 'added' | 'modified' | 'deleted' | 'renamed';
}

/** What git calls a tree entry. */
export interface TreeEntry {
  path: string;
  type: 'file' | 'symlink' | 'submodule';
  /** In bytes; 0 for submodules. */
  size: number;
  /** Content id (git blob id); empty where none is known without reading (working trees). */
  oid: string;
}

/** A tree's entries, to look things up in: what is asked is found without going over all of them where the tree can do that. */
export interface TreeIndex {
  find: (path: string) => TreeEntry | undefined;
  /** The path of the first entry at or after this path, in order; undefined when there is none. */
  next: (path: string) => string | undefined;
  /** Everything at or below a path; all of it for `.` or the empty string. */
  below: (path: string) => readonly TreeEntry[];
  /** Paths of the entries with this file name, in order. */
  named: (name: string) => readonly string[];
  /** Whether every folder of this name lies beside a file of that name, or in another such folder, and none holds such a file. */
  alwaysBeside: (folder: string, file: string) => boolean;
  /** Links and submodules, in order. */
  special: () => readonly TreeEntry[];
}

/** A commit, or the working tree, as files. Confined to its root: nothing outside can be read through it. */
export interface Tree {
  /** Commit id; empty for a working tree. */
  readonly commit: string;
  /** All entries, sorted by path. Listed once. */
  entries(): Promise<readonly TreeEntry[]>;
  /** The same, to look things up in. Absent where there is only the list. */
  index?(): Promise<TreeIndex>;
  /** The file's bytes; undefined when there is none. Symbolic links that stay inside are followed. */
  read(path: string): Promise<Buffer | undefined>;
  /** Many files at one go; those that do not exist are left out. */
  readMany(paths: readonly string[]): Promise<Map<string, Buffer>>;
  /**
   * Paths of the files that contain any of the fixed strings, among those whose path ends in one of `endings`.
   * @param without the name of folders whose files are left out
   */
  grep(strings: readonly string[], endings: readonly string[], without?: string): Promise<string[]>;
  /** A hash over names and contents of everything below the folders (or of the files) given. For cache keys. */
  digest(paths: readonly string[]): Promise<string>;
  /**
   * Writes everything below the given folders (or the files given) under `into`, paths kept. Links are kept when they stay
   * inside the tree. What is refused comes back as problems naming file and reason.
   */
  export(paths: readonly string[], into: string): Promise<Problem[]>;
  /**
   * What at or below the paths (of all, without them) is never read or written: refused names, and files known to be too
   * large. Entries do not list refused names. Absent where nothing is ever refused.
   */
  refused?(paths?: readonly string[]): Promise<Problem[]>;
}
