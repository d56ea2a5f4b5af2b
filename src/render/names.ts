import { trimEnd } from '../trim.ts';

/**
 * A release name helm takes, made of any text: lower-case letters, digits and dashes, at most 53 (helm's own limit, so
 * that names derived from it stay below 63). The repository chooses the text; it must not be able to look like an option.
 */
export function releaseName(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 53);
  return trimEnd(name, '-') || 'release';
}

/** A namespace as Kubernetes takes it (RFC 1123 label, at most 63); `default` for what cannot be one. */
export function namespaceName(text: string): string {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text) ? text : 'default';
}
