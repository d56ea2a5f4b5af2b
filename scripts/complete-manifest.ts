import { dig, isMap, list, str } from '../src/check.ts';
import type { Json, JsonMap } from '../src/model.ts';

/** Where the pod template is, by kind, and whether the kind needs a selector. */
const templates: Readonly<Record<string, { path: readonly string[]; selects: boolean }>> = {
  Deployment: { path: ['spec', 'template'], selects: true },
  StatefulSet: { path: ['spec', 'template'], selects: true },
  DaemonSet: { path: ['spec', 'template'], selects: true },
  ReplicaSet: { path: ['spec', 'template'], selects: true },
  Job: { path: ['spec', 'template'], selects: false },
  CronJob: { path: ['spec', 'jobTemplate', 'spec', 'template'], selects: false },
};

/** Fills in what the API asks of an object and an example should not lack: names, images, selectors, a schedule. */
export function completed(manifest: JsonMap): JsonMap {
  const kind = str(manifest.kind) ?? '';
  if (kind === 'Pod')
    return { ...manifest, spec: podSpec(manifest.spec, str(dig(manifest, 'metadata', 'name')) ?? 'web') };
  const known = templates[kind];
  if (known === undefined) return manifest;
  const name = str(dig(manifest, 'metadata', 'name')) ?? 'web';
  const whole = structuredClone(manifest) as Record<string, Json>;
  let holder = whole;
  for (const step of known.path) holder = within(holder, step);
  holder.spec = podSpec(holder.spec, name);
  if (known.selects) {
    const labels = dig(holder, 'metadata', 'labels');
    const wanted = isMap(labels) && Object.keys(labels).length > 0 ? labels : { app: name };
    holder.metadata = { ...(isMap(holder.metadata) ? holder.metadata : {}), labels: wanted };
    const spec = whole.spec as Record<string, Json>;
    const { template, ...others } = spec;
    whole.spec = { selector: { matchLabels: wanted }, ...others, template: inOrder(template, ['metadata', 'spec']) };
  } else holder.spec = { ...holder.spec, restartPolicy: dig(holder, 'spec', 'restartPolicy') ?? 'Never' };
  if (kind === 'CronJob') whole.spec = { schedule: '0 3 * * *', ...(whole.spec as JsonMap) };
  return whole;
}

/** The mapping below `step`, made when it is not there. */
function within(holder: Record<string, Json>, step: string): Record<string, Json> {
  const there = holder[step];
  const made = isMap(there) ? { ...there } : {};
  holder[step] = made;
  return made;
}

function podSpec(value: Json | undefined, name: string): JsonMap {
  const spec = isMap(value) ? value : {};
  const lists = ['initContainers', 'containers', 'ephemeralContainers'];
  const containers = Object.fromEntries(
    lists.flatMap((field) => {
      const present = list(spec[field]);
      const needed = field === 'containers' && present.length === 0 ? [{ name }] : present;
      return needed.length === 0 ? [] : [[field, needed.map((one) => container(one, name))]];
    }),
  );
  return { ...spec, ...containers };
}

function container(value: Json, name: string): Json {
  if (!isMap(value)) return value;
  return { name: value.name ?? name, image: value.image ?? `registry.example/${name}:1.4.2`, ...value };
}

function inOrder(value: Json | undefined, keys: readonly string[]): Json {
  if (!isMap(value)) return value ?? null;
  return Object.fromEntries(
    [...keys, ...Object.keys(value).filter((key) => !keys.includes(key))].flatMap((key) =>
      value[key] === undefined ? [] : [[key, value[key]]],
    ),
  );
}
