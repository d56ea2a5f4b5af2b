/** Values to try at a place: what a check would have there, else something that is certain to show. */
import type { Edit, Json, Path } from '../model.ts';
import { dig } from '../subjects/values.ts';

/** Stands for any text; shows wherever it comes out. */
export const probe = 'plimsoll-probe';

/** What a trial aims at: the field to set, and the value that should silence the finding. */
export interface Target {
  path: Path;
  /** Undefined: nothing better is known than to change what is there. */
  value?: Json;
}

/**
 * The field that a finding's fix sets, when it is the finding's own, lies in it or around it; else the finding's own, with
 * what the fix would put there if it says so.
 */
export function targetOf(path: Path, edits: readonly Edit[]): Target {
  const [edit] = edits;
  if (edit?.op !== 'set') return { path };
  const shared = Math.min(path.length, edit.path.length);
  if (path.slice(0, shared).every((step, index) => edit.path[index] === step))
    return { path: edit.path, value: edit.value };
  // The same setting at another level: of the pod instead of the container.
  const last = path.at(-1);
  if (last === edit.path.at(-1)) return { path, value: edit.value };
  const inner = last === undefined ? undefined : dig(edit.value, last);
  return inner === undefined ? { path } : { path, value: inner };
}

/** A value that a missing field of this name may well have. */
export function plausible(path: Path): Json {
  const name = path.findLast((step) => typeof step === 'string') ?? '';
  return Object.hasOwn(likely, name) ? (likely[name] ?? probe) : probe;
}

const likely: Record<string, Json> = {
  memory: '64Mi',
  'ephemeral-storage': '64Mi',
  cpu: '10m',
  limits: { cpu: '10m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
  requests: { cpu: '10m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
  resources: { limits: { cpu: '10m', memory: '64Mi' }, requests: { cpu: '10m', memory: '64Mi' } },
  readinessProbe: { tcpSocket: { port: 65000 } },
  livenessProbe: { tcpSocket: { port: 65001 } },
  startupProbe: { tcpSocket: { port: 65002 } },
  tls: [{ hosts: [probe], secretName: probe }],
  loadBalancerSourceRanges: ['10.0.0.0/8'],
  drop: ['ALL'],
  seccompProfile: { type: 'RuntimeDefault' },
  appArmorProfile: { type: 'RuntimeDefault' },
  automountServiceAccountToken: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  runAsUser: 65532,
  runAsGroup: 65532,
  fsGroup: 65532,
  replicas: 3,
  minReplicas: 3,
  maxReplicas: 5,
  imagePullPolicy: 'Always',
  priorityClassName: probe,
  serviceAccountName: probe,
  terminationGracePeriodSeconds: 60,
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} },
  ],
  affinity: { podAntiAffinity: {} },
  dnsConfig: { options: [{ name: 'ndots', value: '2' }] },
};

/** Another value of the same type. */
export function changed(value: Json): Json {
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return value === '' ? probe : /^\d+$/.test(value) ? `${value}1` : `${value}-plimsoll`;
  if (Array.isArray(value)) return [];
  return probe;
}
