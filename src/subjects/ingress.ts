import type { Json, JsonMap, Path, Resource } from '../model.ts';
import { below } from './below.ts';
import { absent, dig, int, isMap, list, map, str } from './values.ts';

/** One path of one rule of an Ingress. */
export interface IngressPath {
  host: string;
  path: string;
  pathType: string;
  at: Path;
  spec: JsonMap;
}

/** The Service an Ingress sends traffic to, of both forms the API has had. */
export interface IngressBackend {
  service: string;
  /** Number or name; undefined when it is missing. */
  port: number | string | undefined;
  at: Path;
}

/** Class by field, or by the annotation that came before it. */
export function ingressClass(ingress: Resource): string {
  return (
    str(dig(ingress.manifest, 'spec', 'ingressClassName')) ??
    str(dig(ingress.manifest, 'metadata', 'annotations', 'kubernetes.io/ingress.class')) ??
    ''
  );
}

/** The rules with their positions. */
export function ingressRules(ingress: Resource): { rule: JsonMap; host: string; at: Path }[] {
  return list(dig(ingress.manifest, 'spec', 'rules')).flatMap((rule, index) =>
    isMap(rule) ? [{ rule, host: str(rule.host) ?? '', at: ['spec', 'rules', index] }] : [],
  );
}

export function ingressPaths(ingress: Resource): IngressPath[] {
  return ingressRules(ingress).flatMap(({ rule, host, at }) =>
    list(dig(rule, 'http', 'paths')).flatMap((spec, index) =>
      isMap(spec)
        ? [
            {
              host,
              path: str(spec.path) ?? '/',
              pathType: str(spec.pathType) ?? 'ImplementationSpecific',
              at: below(at, 'http', 'paths', index),
              spec,
            },
          ]
        : [],
    ),
  );
}

/** Backends that are Services; resource backends are left out. */
export function ingressBackends(ingress: Resource): IngressBackend[] {
  const spec = map(ingress.manifest.spec);
  const found: IngressBackend[] = [];
  const keep = (backend: Json | undefined, at: Path): void => {
    const service = str(dig(backend, 'service', 'name'));
    const former = str(dig(backend, 'serviceName'));
    if (service !== undefined) {
      const port = dig(backend, 'service', 'port');
      found.push({
        service,
        port: str(dig(port, 'name')) ?? int(dig(port, 'number')),
        at: below(at, 'service'),
      });
    } else if (former !== undefined)
      found.push({ service: former, port: portOf(dig(backend, 'servicePort')), at: below(at, 'serviceName') });
  };
  if (!absent(spec.defaultBackend)) keep(spec.defaultBackend, ['spec', 'defaultBackend']);
  if (!absent(spec.backend)) keep(spec.backend, ['spec', 'backend']);
  for (const { spec: path, at } of ingressPaths(ingress)) keep(path.backend, below(at, 'backend'));
  return found;
}

function portOf(value: Json | undefined): number | string | undefined {
  return int(value) ?? str(value);
}

/** Whether a host is covered by a pattern of a certificate: equal, or one level under a wildcard. */
export function hostCovered(host: string, pattern: string): boolean {
  const wanted = host.toLowerCase();
  const given = pattern.toLowerCase();
  if (wanted === given) return true;
  if (!given.startsWith('*.')) return false;
  const dot = wanted.indexOf('.');
  return dot > 0 && wanted.slice(dot) === given.slice(1) && !wanted.startsWith('*');
}

/** The annotations as pairs with their paths. */
export function annotationsOf(resource: { manifest: JsonMap }): { key: string; value: string; at: Path }[] {
  return Object.entries(map(dig(resource.manifest, 'metadata', 'annotations'))).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? value : JSON.stringify(value),
    at: ['metadata', 'annotations', key],
  }));
}
