import type { Json, JsonMap, Path, Resource } from '../model.ts';
import { kindKey } from './kinds.ts';
import { absent, isMap, list } from './values.ts';

/** A fault of shape: an unknown field, or a value of the wrong type. */
export interface SchemaFault {
  at: Path;
  message: string;
}

const containerFields =
  'name:text image command args workingDir ports:ContainerPort[] envFrom env:Variable[] resources:Resources resizePolicy ' +
  'restartPolicy restartPolicyRules volumeMounts:Mount[] volumeDevices livenessProbe:Probe readinessProbe:Probe startupProbe:Probe ' +
  'lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext:Security stdin:bool stdinOnce:bool tty:bool';

/**
 * The fields of the most used types, with theirs: `text`, `int`, `bool`, `quantity` (text or number), `any`, a type of this
 * table, or either with `[]` (list) or `{}` (mapping of text to it). Kinds that are not here are not judged.
 * Source: the OpenAPI document of Kubernetes v1.35 (api/openapi-spec/swagger.json).
 */
const types: Readonly<Record<string, string>> = {
  Meta:
    'name generateName namespace selfLink uid resourceVersion:text generation:int creationTimestamp deletionTimestamp ' +
    'deletionGracePeriodSeconds:int labels annotations ownerReferences finalizers managedFields clusterName',
  Pod: 'apiVersion kind metadata:Meta spec:PodSpec status',
  Deployment: 'apiVersion kind metadata:Meta spec:DeploymentSpec status',
  StatefulSet: 'apiVersion kind metadata:Meta spec:StatefulSetSpec status',
  DaemonSet: 'apiVersion kind metadata:Meta spec:DaemonSetSpec status',
  ReplicaSet: 'apiVersion kind metadata:Meta spec:ReplicaSetSpec status',
  Job: 'apiVersion kind metadata:Meta spec:JobSpec status',
  CronJob: 'apiVersion kind metadata:Meta spec:CronJobSpec status',
  Service: 'apiVersion kind metadata:Meta spec:ServiceSpec status',
  ConfigMap: 'apiVersion kind metadata:Meta data binaryData immutable:bool',
  Secret: 'apiVersion kind metadata:Meta data stringData type:text immutable:bool',
  ServiceAccount: 'apiVersion kind metadata:Meta secrets imagePullSecrets automountServiceAccountToken:bool',
  Role: 'apiVersion kind metadata:Meta rules:Rule[]',
  ClusterRole: 'apiVersion kind metadata:Meta rules:Rule[] aggregationRule',
  RoleBinding: 'apiVersion kind metadata:Meta subjects:Subject[] roleRef:RoleRef',
  Rule: 'apiGroups:text[] resources:text[] verbs:text[] resourceNames:text[] nonResourceURLs:text[]',
  Subject: 'apiGroup kind:text name:text namespace',
  RoleRef: 'apiGroup kind:text name:text',
  DeploymentSpec:
    'replicas:int selector:Selector template:Template strategy minReadySeconds:int revisionHistoryLimit:int paused:bool ' +
    'progressDeadlineSeconds:int',
  StatefulSetSpec:
    'replicas:int selector:Selector template:Template volumeClaimTemplates serviceName podManagementPolicy updateStrategy ' +
    'revisionHistoryLimit:int minReadySeconds:int persistentVolumeClaimRetentionPolicy ordinals',
  DaemonSetSpec: 'selector:Selector template:Template updateStrategy minReadySeconds:int revisionHistoryLimit:int',
  ReplicaSetSpec: 'replicas:int minReadySeconds:int selector:Selector template:Template',
  JobSpec:
    'parallelism:int completions:int activeDeadlineSeconds:int podFailurePolicy successPolicy backoffLimit:int ' +
    'backoffLimitPerIndex:int maxFailedIndexes:int selector:Selector manualSelector:bool template:Template ' +
    'ttlSecondsAfterFinished:int completionMode suspend:bool podReplacementPolicy managedBy',
  CronJobSpec:
    'schedule:text timeZone startingDeadlineSeconds:int concurrencyPolicy suspend:bool jobTemplate:JobTemplate ' +
    'successfulJobsHistoryLimit:int failedJobsHistoryLimit:int',
  JobTemplate: 'metadata:Meta spec:JobSpec',
  Template: 'metadata:Meta spec:PodSpec',
  Selector: 'matchLabels matchExpressions',
  ServiceSpec:
    'ports:ServicePort[] selector clusterIP clusterIPs type externalIPs sessionAffinity loadBalancerIP loadBalancerSourceRanges ' +
    'externalName externalTrafficPolicy healthCheckNodePort:int publishNotReadyAddresses:bool sessionAffinityConfig ipFamilies ' +
    'ipFamilyPolicy allocateLoadBalancerNodePorts:bool loadBalancerClass internalTrafficPolicy trafficDistribution topologyKeys ipFamily',
  ServicePort: 'name protocol appProtocol port:int targetPort nodePort:int',
  PodSpec:
    'volumes initContainers:Container[] containers:Container[] ephemeralContainers:EphemeralContainer[] restartPolicy ' +
    'terminationGracePeriodSeconds:int activeDeadlineSeconds:int dnsPolicy nodeSelector serviceAccountName:text serviceAccount ' +
    'automountServiceAccountToken:bool nodeName hostNetwork:bool hostPID:bool hostIPC:bool shareProcessNamespace:bool ' +
    'securityContext:PodSecurity imagePullSecrets hostname subdomain affinity schedulerName tolerations hostAliases ' +
    'priorityClassName priority:int dnsConfig readinessGates runtimeClassName enableServiceLinks:bool preemptionPolicy overhead ' +
    'topologySpreadConstraints setHostnameAsFQDN:bool os hostUsers:bool schedulingGates resourceClaims resources hostnameOverride ' +
    'workloadRef',
  PodSecurity:
    'seLinuxOptions windowsOptions runAsUser:int runAsGroup:int runAsNonRoot:bool supplementalGroups supplementalGroupsPolicy ' +
    'fsGroup:int sysctls fsGroupChangePolicy seccompProfile appArmorProfile seLinuxChangePolicy',
  Container: containerFields,
  EphemeralContainer: `${containerFields} targetContainerName`,
  Security:
    'capabilities:Capabilities privileged:bool seLinuxOptions windowsOptions runAsUser:int runAsGroup:int runAsNonRoot:bool ' +
    'readOnlyRootFilesystem:bool allowPrivilegeEscalation:bool procMount seccompProfile appArmorProfile',
  Capabilities: 'add:text[] drop:text[]',
  ContainerPort: 'name hostPort:int containerPort:int protocol hostIP',
  Variable: 'name:text value valueFrom',
  Resources: 'limits:quantity{} requests:quantity{} claims',
  Mount: 'name:text readOnly:bool mountPath:text subPath mountPropagation subPathExpr recursiveReadOnly',
  Probe:
    'exec httpGet tcpSocket grpc initialDelaySeconds:int timeoutSeconds:int periodSeconds:int successThreshold:int ' +
    'failureThreshold:int terminationGracePeriodSeconds:int',
};

const kinds: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['Pod', 'Service', 'ConfigMap', 'Secret', 'ServiceAccount'].map((kind) => [kind, kind])),
  ...Object.fromEntries(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].map((kind) => [`${kind}.apps`, kind])),
  'Job.batch': 'Job',
  'CronJob.batch': 'CronJob',
  'Role.rbac.authorization.k8s.io': 'Role',
  'ClusterRole.rbac.authorization.k8s.io': 'ClusterRole',
  'RoleBinding.rbac.authorization.k8s.io': 'RoleBinding',
  'ClusterRoleBinding.rbac.authorization.k8s.io': 'RoleBinding',
};

/** Fields of security that people put where they do not exist, and where they do. */
const misplaced: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  PodSecurity: Object.fromEntries(
    ['privileged', 'readOnlyRootFilesystem', 'allowPrivilegeEscalation', 'capabilities', 'procMount'].map((field) => [
      field,
      'the securityContext of each container',
    ]),
  ),
  Security: Object.fromEntries(
    ['fsGroup', 'fsGroupChangePolicy', 'supplementalGroups', 'sysctls'].map((field) => [
      field,
      'the securityContext of the pod',
    ]),
  ),
  Meta: { securityContext: 'the spec of the pod or its containers' },
  Container: {
    privileged: 'securityContext',
    readOnlyRootFilesystem: 'securityContext',
    hostNetwork: 'the spec of the pod',
    hostPID: 'the spec of the pod',
  },
  PodSpec: {
    privileged: 'the securityContext of each container',
    runAsNonRoot: 'securityContext',
    runAsUser: 'securityContext',
  },
};

/** A type of the table, read. `any` has none. */
type Shape =
  | { is: 'scalar'; label: string; passes(value: Json): boolean }
  | { is: 'list' | 'map'; of: Shape }
  | { is: 'fields'; type: string; fields: ReadonlyMap<string, Shape | undefined> };

const scalars: Readonly<Record<string, Shape>> = {
  text: { is: 'scalar', label: 'text', passes: (value) => typeof value === 'string' },
  int: { is: 'scalar', label: 'a whole number', passes: (value) => Number.isInteger(value) },
  bool: { is: 'scalar', label: 'true or false', passes: (value) => typeof value === 'boolean' },
  quantity: {
    is: 'scalar',
    label: 'a quantity',
    passes: (value) => typeof value === 'string' || typeof value === 'number',
  },
};

const shapes = new Map<string, Shape>();

function shapeOf(type: string): Shape | undefined {
  if (type === 'any') return undefined;
  let shape = scalars[type] ?? shapes.get(type);
  if (shape === undefined) shapes.set(type, (shape = readShape(type)));
  return shape;
}

function readShape(type: string): Shape {
  if (/\[\]$|\{\}$/.test(type)) {
    const of = shapeOf(type.slice(0, -2));
    if (of === undefined) throw new Error(`There is no type for the items of ${type}.`);
    return { is: type.endsWith('[]') ? 'list' : 'map', of };
  }
  const written = types[type];
  if (written === undefined) throw new Error(`There is no type ${type}.`);
  const fields = written.split(' ').map((field): [string, Shape | undefined] => {
    const [name = '', of = 'any'] = field.split(':');
    return [name, shapeOf(of)];
  });
  return { is: 'fields', type, fields: new Map(fields) };
}

/** Where an object departs from its type. Kinds without a table are never faulty. */
export function schemaFaults(resource: Resource): SchemaFault[] {
  const type = kinds[kindKey(resource)];
  const shape = type === undefined ? undefined : shapeOf(type);
  const faults: SchemaFault[] = [];
  if (shape !== undefined && !conforms(resource.manifest, shape)) judge(resource.manifest, shape, [], faults);
  return faults;
}

/** Whether there is nothing to report: what nearly every object is asked, so it keeps no account of where it is. */
function conforms(value: Json | undefined, shape: Shape): boolean {
  if (absent(value)) return true;
  switch (shape.is) {
    case 'scalar':
      return shape.passes(value);
    case 'list':
      return Array.isArray(value) && list(value).every((item) => conforms(item, shape.of));
    case 'map':
      return isMap(value) && Object.keys(value).every((key) => conforms(value[key], shape.of));
    case 'fields':
      return isMap(value) && fieldsConform(value, shape.fields);
  }
}

function fieldsConform(value: JsonMap, fields: ReadonlyMap<string, Shape | undefined>): boolean {
  for (const key in value) {
    const shape = fields.get(key);
    if (shape === undefined ? !fields.has(key) : !conforms(value[key], shape)) return false;
  }
  return true;
}

/** `at` is where `value` is: one list for the whole walk, copied where there is a fault. */
function judge(value: Json, shape: Shape, at: (string | number)[], faults: SchemaFault[]): void {
  if (absent(value)) return;
  switch (shape.is) {
    case 'scalar':
      if (!shape.passes(value)) faults.push(wrongType(value, shape.label, at));
      return;
    case 'list':
      if (!Array.isArray(value)) faults.push(wrongType(value, 'a list', at));
      else for (const [index, item] of list(value).entries()) below(item, shape.of, at, index, faults);
      return;
    case 'map':
      if (!isMap(value)) faults.push(wrongType(value, 'a mapping', at));
      else for (const key of Object.keys(value)) below(value[key] ?? null, shape.of, at, key, faults);
      return;
    case 'fields':
      if (!isMap(value)) faults.push(wrongType(value, 'a mapping', at));
      else judgeFields(value, shape, at, faults);
  }
}

function wrongType(value: Json, wanted: string, at: Path): SchemaFault {
  return { at: [...at], message: `${nameOf(at)} must be ${wanted}, not ${kindOf(value)}.` };
}

function judgeFields(
  value: JsonMap,
  { type, fields }: Extract<Shape, { is: 'fields' }>,
  at: (string | number)[],
  faults: SchemaFault[],
): void {
  for (const key in value) {
    const of = fields.get(key);
    if (of !== undefined) below(value[key] ?? null, of, at, key, faults);
    else if (!fields.has(key))
      faults.push({ at: [...at, key], message: unknownField(type, key, at, [...fields.keys()]) });
  }
}

function below(value: Json, shape: Shape, at: (string | number)[], step: string | number, faults: SchemaFault[]): void {
  at.push(step);
  judge(value, shape, at, faults);
  at.pop();
}

function unknownField(type: string, key: string, at: Path, known: readonly string[]): string {
  const place = misplaced[type]?.[key];
  if (place !== undefined) return `${key} does not exist in ${nameOf(at)} and has no effect; it belongs in ${place}.`;
  const near = known.find((name) => distance(name.toLowerCase(), key.toLowerCase()) <= Math.min(2, key.length / 3));
  const hint = near === undefined ? '' : `; is ${near} meant`;
  return `${nameOf(at)} has no field ${key.slice(0, 60)}${hint}${near === undefined ? '.' : '?'}`;
}

function nameOf(at: Path): string {
  const name = at.findLast((step) => typeof step === 'string');
  return name ?? 'The object';
}

function kindOf(value: Json): string {
  if (Array.isArray(value)) return 'a list';
  if (isMap(value)) return 'a mapping';
  return typeof value === 'string' ? 'text' : typeof value === 'boolean' ? 'a switch' : 'a number';
}

/** Levenshtein's distance, names longer than 40 never being near. */
function distance(a: string, b: string): number {
  if (a.length > 40 || b.length > 40) return 40;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    row = next;
  }
  return row[b.length] ?? 40;
}
