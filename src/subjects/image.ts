import type { Json, Path, Resource } from '../model.ts';
import { keptFor, keptOf } from './kept.ts';
import { canonicalKind, groupOf } from './kinds.ts';
import { isWrittenByMesh } from './mesh.ts';
import { Label, type ContainerSubject, type PodSubject } from './pod.ts';
import { below } from './below.ts';
import { absent, isMap, str } from './values.ts';
import { volumesOf } from './volume.ts';

/** An image reference, read as a container engine does: `[host[:port]/]path[:tag][@algorithm:hex]`. */
export interface ImageReference {
  /** Host with port, lower case; `docker.io` when none is written. */
  registry: string;
  /** Path below the host; `library/` filled in for Docker Hub. */
  path: string;
  /** Registry and path, without tag and digest. */
  repository: string;
  /** Last part of the path. */
  base: string;
  tag: string | undefined;
  digest: string | undefined;
  /** Whether the digest is well formed. */
  digestValid: boolean;
}

const digestForms: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

export function parseImage(reference: string): ImageReference {
  const text = reference.trim();
  const [named, digest] = splitAt(text, text.indexOf('@'));
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash + 1);
  const [name, tag] = splitAt(named, colon);
  const first = name.slice(0, Math.max(0, name.indexOf('/')));
  const hasHost = first.includes('.') || first.includes(':') || first === 'localhost';
  const registry = registryOf(hasHost ? first.toLowerCase() : 'docker.io');
  const rest = hasHost ? name.slice(first.length + 1) : name;
  const path = registry === 'docker.io' && rest !== '' && !rest.includes('/') ? `library/${rest}` : rest;
  return {
    registry,
    path,
    repository: `${registry}/${path}`,
    base: path.slice(path.lastIndexOf('/') + 1),
    tag: tag === '' ? undefined : tag,
    digest,
    digestValid: digest !== undefined && isDigest(digest),
  };
}

/** A registry by its one name, of a host in lower case. */
function registryOf(host: string): string {
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? 'docker.io' : host;
}

function isDigest(digest: string): boolean {
  const [algorithm, hex = ''] = splitAt(digest, digest.indexOf(':'));
  return /^[0-9a-f]+$/.test(hex) && hex.length === digestForms[algorithm];
}

function splitAt(text: string, index: number): [string, string | undefined] {
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

/** Whether the tag is missing or `latest`, and no digest decides instead. */
export function floats(image: ImageReference): boolean {
  return isLatest(image) && !isFilledIn(image);
}

function isLatest(image: ImageReference): boolean {
  return image.digest === undefined && (image.tag === undefined || image.tag === 'latest');
}

/** Whether a text holds a place that a pipeline fills when it runs: Tekton's `$(params.image)`, Argo's `{{inputs…}}`. */
export function isParameter(text: string): boolean {
  return text.includes('$(') || text.includes('{{');
}

/** Whether a pipeline fills the value in when it runs: what it will say cannot be told. */
export function isLeftOpen(resource: Pick<Resource, 'apiVersion' | 'kind'>, value: Json | undefined): boolean {
  return typeof value === 'string' && isParameter(value) && pipelineKinds.has(canonicalKind(resource));
}

const pipelineKinds = new Set([
  ...['Workflow', 'WorkflowTemplate', 'ClusterWorkflowTemplate', 'CronWorkflow'].map((kind) => `${kind}.argoproj.io`),
  ...['Task', 'TaskRun', 'PipelineRun'].map((kind) => `${kind}.tekton.dev`),
]);

/** Whether what would be the tag or the digest is a parameter, or may come with one. */
export function isFilledIn({ base, tag, digest }: ImageReference): boolean {
  if (digest !== undefined) return isParameter(digest);
  return tag === undefined && isParameter(base);
}

/** An image that a pod runs or mounts. */
export interface UsedImage {
  /** As written; empty when it is missing. */
  reference: string;
  image: ImageReference;
  at: Path;
  /** `Container "app"`, `Volume "models"`. */
  who: string;
  container?: ContainerSubject;
}

/** The image of a container; that of an empty reference when it has none. */
export const imageOf = keptOf((container: ContainerSubject): ImageReference =>
  parseImage(str(container.spec.image) ?? ''),
);

/** The images of all containers and image volumes. */
export const imagesOf = keptOf((pod: PodSubject): readonly UsedImage[] => {
  const used: UsedImage[] = pod.containers.filter(namesItself).map((container) => ({
    reference: str(container.spec.image) ?? '',
    image: imageOf(container),
    at: below(container.path, 'image'),
    who: Label(container),
    container,
  }));
  for (const volume of volumesOf(pod)) {
    const source = volume.spec.image;
    if (!isMap(source)) continue;
    const reference = str(source.reference) ?? '';
    const at = below(volume.path, 'image', 'reference');
    used.push({ reference, image: parseImage(reference), at, who: volume.label });
  }
  return used;
});

/**
 * Whether the image is the container's own to name: a Tekton step that refers to a StepAction has that one's, and Istio's
 * injector puts the proxy in the place of `auto`.
 */
function namesItself(container: ContainerSubject): boolean {
  const { spec, pod } = container;
  if (absent(spec.image)) return !(isMap(spec.ref) && groupOf(pod.resource.apiVersion) === 'tekton.dev');
  return !isWrittenByMesh(container);
}

/**
 * What `imagePullPolicy` comes out as: unset or empty means Always for a floating tag and IfNotPresent otherwise. What a
 * parameter brings is taken for the first.
 */
export function pullPolicyOf(container: ContainerSubject, image: ImageReference): string {
  const policy = str(container.spec.imagePullPolicy) ?? '';
  if (policy !== '') return policy;
  return isLatest(image) || isFilledIn(image) ? 'Always' : 'IfNotPresent';
}

/** The numbers a tag starts with (`v1.2.3-alpine` is [1, 2, 3]); undefined when it is no version. */
export function tagVersion(tag: string | undefined): [number, number, number] | undefined {
  const [, major, minor, patch] = /^v?(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?![\w.])/.exec(tag ?? '') ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor ?? 0), Number(patch ?? 0)];
}

/** Negative when `a` is older. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < 3; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}

/** Registries that everyone may push to under an own name, or pull from. */
export const publicRegistries: readonly string[] = [
  'docker.io',
  'ghcr.io',
  'quay.io',
  'gcr.io/distroless',
  'gcr.io/google-containers',
  'gcr.io/google_containers',
  'gcr.io/google-samples',
  'gcr.io/kaniko-project',
  'public.ecr.aws',
  'mcr.microsoft.com',
  'registry.gitlab.com',
];

/** Whether the image lies at or below one of `places` (`host` or `host/path`), compared by whole path segments. */
export function isBelowAny(image: ImageReference, places: readonly string[]): boolean {
  const full = `${image.repository}/`;
  return prefixesOf(places).some((prefix) => full.startsWith(prefix));
}

/** Places as an image's registry and path are written, a slash behind. Lists of places never change. */
const prefixesOf = keptFor((places: readonly string[]): readonly string[] =>
  places.flatMap((place) => {
    const [host = '', ...path] = place.replace(/\/?\*?$/, '').split('/');
    const registry = registryOf(host.toLowerCase());
    const prefix = [registry, ...path].join('/');
    return prefix === '' ? [] : [`${prefix}/`];
  }),
);
