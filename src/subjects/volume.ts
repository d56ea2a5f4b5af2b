import type { JsonMap, Path } from '../model.ts';
import type { ContainerSubject, PodSubject } from './pod.ts';
import { keptOf } from './kept.ts';
import { below } from './below.ts';
import { dig, isMap, list, str } from './values.ts';

/** A volume of a pod. */
export interface VolumeSubject {
  name: string;
  /** `Volume "data"`; by position when it has no name. */
  label: string;
  spec: JsonMap;
  path: Path;
  /** Key by which the volume checks give way to one another. */
  about: string;
}

/** A container's use of a volume. */
export interface MountSubject {
  container: ContainerSubject;
  spec: JsonMap;
  path: Path;
  mountPath: string;
}

export const volumesOf = keptOf((pod: PodSubject): readonly VolumeSubject[] =>
  list(pod.spec.volumes).flatMap((spec, index) => {
    if (!isMap(spec)) return [];
    const name = str(spec.name) ?? '';
    const path = pod.at('volumes', index);
    return [
      {
        name,
        label: name === '' ? `Volume number ${index + 1}` : `Volume "${name}"`,
        spec,
        path,
        about: `volume/${placeOf(pod, path)}${name === '' ? index : name}`,
      },
    ];
  }),
);

/** The template or task that has the volume, where an object has several of them: each may have volumes of the same name. */
function placeOf(pod: PodSubject, path: Path): string {
  const nth = path.findIndex((step) => typeof step === 'number');
  if (nth === path.length - 1) return '';
  const holder = path.slice(0, nth + 1);
  return `${str(dig(pod.resource.manifest, ...holder, 'name')) ?? holder.join('/')}/`;
}

export const mountsOf = keptOf((container: ContainerSubject): readonly (MountSubject & { name: string })[] =>
  list(container.spec.volumeMounts).flatMap((spec, index) =>
    isMap(spec)
      ? [
          {
            container,
            spec,
            path: below(container.path, 'volumeMounts', index),
            name: str(spec.name) ?? '',
            mountPath: str(spec.mountPath) ?? '',
          },
        ]
      : [],
  ),
);

/** The mounts of a volume in all containers of its pod. */
export function mountsFor(pod: PodSubject, volume: Pick<VolumeSubject, 'name'>): MountSubject[] {
  const found: MountSubject[] = [];
  for (const container of pod.containers)
    for (const mount of mountsOf(container)) if (mount.name === volume.name) found.push(mount);
  return found;
}

/** Whether a container of the pod mounts the volume of that name; the kubelet leaves others alone. */
export function isMounted(pod: PodSubject, name: string): boolean {
  return pod.containers.some((container) => mountsOf(container).some((mount) => mount.name === name));
}

export interface HostPath extends VolumeSubject {
  hostPath: string;
  at: Path;
}

/** The volumes that are directories of the node, with the normalised path; empty when none is written. */
export const hostPathsOf = keptOf((pod: PodSubject): readonly HostPath[] =>
  volumesOf(pod).flatMap((volume) => {
    if (!isMap(volume.spec.hostPath)) return [];
    const written = str(dig(volume.spec, 'hostPath', 'path')) ?? '';
    const hostPath = written === '' ? '' : normalPath(written);
    return [{ ...volume, hostPath, at: below(volume.path, 'hostPath') }];
  }),
);

/** Absolute path without `//`, `.`, `..` and a slash at the end. */
export function normalPath(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return `/${kept.join('/')}`;
}

/** Whether `path` equals `directory` or lies under it. Both normalised. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || directory === '/' || path.startsWith(`${directory}/`);
}

const sensitiveDirectories =
  '/etc /proc /sys /dev /boot /lib /lib64 /usr /bin /sbin /root /home /var/log /var/run /run /var/lib/docker /var/lib/containerd /var/lib/kubelet /var/lib/etcd /etc/kubernetes'.split(
    ' ',
  );

/** Whether a node path is or lies under one of the directories that give power over the node, or is its root. */
export function isSensitivePath(path: string): boolean {
  return path === '/' || sensitiveDirectories.some((directory) => isWithin(path, directory));
}

/** Sockets of container engines, `/var/run` written as `/run`. */
const engineSockets =
  '/run/docker.sock /run/containerd/containerd.sock /run/k3s/containerd/containerd.sock /run/crio/crio.sock /run/cri-dockerd.sock /run/dockershim.sock /run/podman/podman.sock /run/buildkit/buildkitd.sock'.split(
    ' ',
  );
const engineDirectories = '/run/docker /run/containerd /run/crio'.split(' ');

/** Whether a node path is an engine's socket or a directory that holds one. */
export function reachesEngineSocket(path: string): boolean {
  if (path === '') return false;
  const run = path.replace(/^\/var\/run(?=\/|$)/, '/run');
  return (
    engineSockets.some((socket) => isWithin(socket, run) || (path === '/var' && isWithin(socket, '/run'))) ||
    engineDirectories.includes(run)
  );
}

/** https://github.com/kubernetes/api/blob/master/core/v1/types.go (VolumeSource, v1.36), in lower case. */
const sources = new Set(
  (
    'awselasticblockstore azuredisk azurefile cephfs cinder configmap csi downwardapi emptydir ephemeral fc flexvolume flocker ' +
    'gcepersistentdisk gitrepo glusterfs hostpath image iscsi nfs persistentvolumeclaim photonpersistentdisk portworxvolume ' +
    'projected quobyte rbd scaleio secret storageos vspherevolume'
  ).split(' '),
);

/** Fields of a volume that name its source, as written, whatever their letter case. Others are unknown to the API. */
export function volumeSources(volume: VolumeSubject): string[] {
  return Object.keys(volume.spec).filter((key) => volume.spec[key] !== null && sources.has(key.toLowerCase()));
}
