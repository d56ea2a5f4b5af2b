import { and, defineCheck, dig, type Gathered, isMap, Label, list, mountsFor, str, volumesOf } from '../src/check.ts';

export default defineCheck({
  id: 'configmap-volume-mount',
  title: 'Workload reads a ConfigMap (inventory)',
  category: 'storage',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'What stands in the ConfigMap is open to whoever takes over the container; the list shows which containers hold which.',
  remedy: 'Check the content is not sensitive.',
  peers: { kubescape: ['C-0258'] },
  run(pod, { set }) {
    let found: Gathered;
    for (const volume of volumesOf(pod)) {
      if (!isMap(volume.spec.configMap) && !isMap(volume.spec.projected)) continue;
      const names = [
        str(dig(volume.spec, 'configMap', 'name')),
        ...list(dig(volume.spec, 'projected', 'sources')).map((source) => str(dig(source, 'configMap', 'name'))),
      ].flatMap((name) =>
        name === undefined || set.find('ConfigMap', pod.resource.namespace, name).length === 0 ? [] : [`"${name}"`],
      );
      if (names.length > 0)
        for (const mount of mountsFor(pod, volume))
          found = and(found, {
            at: mount.path,
            message: `${Label(mount.container)} can read the ConfigMap ${names.join(', ')}.`,
          });
    }
    return found;
  },
});
