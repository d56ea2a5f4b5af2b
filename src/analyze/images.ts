import { podsOf } from '../check.ts';
import type { ImageChange, Resource } from '../model.ts';
import { identityOf } from './fingerprint.ts';

interface Used {
  resource: Resource;
  container: string;
  image: string;
}

/** Images that came, went or changed, container by container, in the order of the head and then of what is gone. */
export function imageChanges(base: readonly Resource[], head: readonly Resource[]): ImageChange[] {
  const before = imagesOf(base);
  const after = imagesOf(head);
  const changes: ImageChange[] = [];
  for (const key of new Set([...after.keys(), ...before.keys()])) {
    const was = before.get(key);
    const is = after.get(key);
    const one = is ?? was;
    if (one === undefined || was?.image === is?.image) continue;
    const { apiVersion, kind, namespace, name } = one.resource;
    changes.push({
      resource: { apiVersion, kind, namespace, name },
      container: one.container,
      ...(was === undefined ? {} : { before: was.image }),
      ...(is === undefined ? {} : { after: is.image }),
    });
  }
  return changes;
}

/** By unit, object and container. Containers without a name count by their list and position. */
function imagesOf(resources: readonly Resource[]): Map<string, Used> {
  const used = new Map<string, Used>();
  for (const resource of resources)
    for (const pod of podsOf(resource))
      for (const { spec, name, list, path } of pod.containers) {
        const { image } = spec;
        if (typeof image !== 'string' || image === '') continue;
        const container = name === '' ? `${list}[${String(path.at(-1))}]` : name;
        used.set(JSON.stringify([resource.unit, ...identityOf(resource), list, container]), {
          resource,
          container,
          image,
        });
      }
  return used;
}
