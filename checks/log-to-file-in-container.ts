import { and, defineCheck, type Gathered, isMap, mountsFor, volumesOf, volumeSources } from '../src/check.ts';

export default defineCheck({
  id: 'log-to-file-in-container',
  title: 'Application logs stay inside the container',
  category: 'observability',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'Logs in a file are seen by no collector, and are gone with the pod.',
  remedy: 'Log to stdout or add a collector sidecar.',
  standards: { nsa: ['Audit logging and threat detection: logging'] },
  run(pod) {
    let found: Gathered;
    for (const volume of volumesOf(pod)) {
      // A volume that names no source is an emptyDir to the API.
      const sources = volumeSources(volume);
      if (sources.length > 0 && !isMap(volume.spec.emptyDir) && !isMap(volume.spec.hostPath)) continue;
      const mounts = mountsFor(pod, volume).filter(
        ({ container }) => container.list === 'containers' || container.sidecar,
      );
      const mount = mounts.find(({ spec, mountPath }) => spec.readOnly !== true && /\/logs?(?:\/|$)/.test(mountPath));
      if (mount === undefined || mounts.some(({ container }) => container !== mount.container)) continue;
      found = and(found, {
        at: mount.path,
        message: `Logs at ${mount.mountPath} are read by no other container.`,
        about: volume.about,
      });
    }
    return found;
  },
});
