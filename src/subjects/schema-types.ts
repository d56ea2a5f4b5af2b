/**
 * The types of the most used kinds, as `TYPE: 'field:type …'`: `text`, `int`, `bool`, `quantity` (text or number), a type of this
 * table, or one of these with `[]` (list) or `{}` (mapping of text to it); no type: anything; `!`: the API refuses an object
 * without the field. Fields of older releases stay, so that no target version is told that its field does not exist.
 * Source: the OpenAPI document of Kubernetes v1.36 (api/openapi-spec/swagger.json, April 2026), read through the models
 * generated from it for the official clients; `clusterName`, `ipFamily`, `topologyKeys` and `workloadRef` from older ones.
 */
const containerFields =
  'args:text[] command:text[] env:EnvVar[] envFrom:EnvFromSource[] image:text imagePullPolicy:text lifecycle:Lifecycle livenessProbe:Probe name:text! ports:ContainerPort[] readinessProbe:Probe resizePolicy:ContainerResizePolicy[] resources:ResourceRequirements restartPolicy:text restartPolicyRules:ContainerRestartRule[] securityContext:SecurityContext startupProbe:Probe stdin:bool stdinOnce:bool terminationMessagePath:text terminationMessagePolicy:text tty:bool volumeDevices:VolumeDevice[] volumeMounts:VolumeMount[] workingDir:text';

export const schemaTypes = {
  Pod: 'apiVersion kind metadata:ObjectMeta spec:PodSpec status',
  ObjectMeta:
    'annotations:text{} creationTimestamp deletionGracePeriodSeconds:int deletionTimestamp finalizers:text[] generateName:text generation:int labels:text{} managedFields name:text namespace:text ownerReferences:OwnerReference[] resourceVersion:text selfLink:text uid:text clusterName',
  OwnerReference: 'apiVersion! blockOwnerDeletion:bool controller:bool kind:text! name:text! uid:text!',
  PodSpec:
    'activeDeadlineSeconds:int affinity:Affinity automountServiceAccountToken:bool containers:Container[]! dnsConfig:PodDNSConfig dnsPolicy:text enableServiceLinks:bool ephemeralContainers:EphemeralContainer[] hostAliases:HostAlias[] hostIPC:bool hostNetwork:bool hostPID:bool hostUsers:bool hostname:text hostnameOverride:text imagePullSecrets:LocalObjectReference[] initContainers:Container[] nodeName:text nodeSelector:text{} os:PodOS overhead:quantity{} preemptionPolicy:text priority:int priorityClassName:text readinessGates:PodReadinessGate[] resourceClaims:PodResourceClaim[] resources:ResourceRequirements restartPolicy:text runtimeClassName:text schedulerName:text schedulingGates:PodSchedulingGate[] schedulingGroup:PodSchedulingGroup securityContext:PodSecurityContext serviceAccount:text serviceAccountName:text setHostnameAsFQDN:bool shareProcessNamespace:bool subdomain:text terminationGracePeriodSeconds:int tolerations:Toleration[] topologySpreadConstraints:TopologySpreadConstraint[] volumes:Volume[] workloadRef',
  Affinity: 'nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAntiAffinity',
  NodeAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution:PreferredSchedulingTerm[] requiredDuringSchedulingIgnoredDuringExecution:NodeSelector',
  PreferredSchedulingTerm: 'preference:NodeSelectorTerm! weight:int!',
  NodeSelectorTerm: 'matchExpressions:NodeSelectorRequirement[] matchFields:NodeSelectorRequirement[]',
  NodeSelectorRequirement: 'key:text! operator:text! values:text[]',
  NodeSelector: 'nodeSelectorTerms:NodeSelectorTerm[]!',
  PodAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[] requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]',
  WeightedPodAffinityTerm: 'podAffinityTerm:PodAffinityTerm! weight:int!',
  PodAffinityTerm:
    'labelSelector:LabelSelector matchLabelKeys:text[] mismatchLabelKeys:text[] namespaceSelector:LabelSelector namespaces:text[] topologyKey:text!',
  LabelSelector: 'matchExpressions:LabelSelectorRequirement[] matchLabels:text{}',
  LabelSelectorRequirement: 'key:text! operator:text! values:text[]',
  PodAntiAffinity:
    'preferredDuringSchedulingIgnoredDuringExecution:WeightedPodAffinityTerm[] requiredDuringSchedulingIgnoredDuringExecution:PodAffinityTerm[]',
  Container: containerFields,
  EnvVar: 'name:text! value:text valueFrom:EnvVarSource',
  EnvVarSource:
    'configMapKeyRef:ConfigMapKeySelector fieldRef:ObjectFieldSelector fileKeyRef:FileKeySelector resourceFieldRef:ResourceFieldSelector secretKeyRef:SecretKeySelector',
  ConfigMapKeySelector: 'key:text! name:text optional:bool',
  ObjectFieldSelector: 'apiVersion fieldPath:text!',
  FileKeySelector: 'key:text! optional:bool path:text! volumeName:text!',
  ResourceFieldSelector: 'containerName:text divisor:quantity resource:text!',
  SecretKeySelector: 'key:text! name:text optional:bool',
  EnvFromSource: 'configMapRef:ConfigMapEnvSource prefix:text secretRef:SecretEnvSource',
  ConfigMapEnvSource: 'name:text optional:bool',
  SecretEnvSource: 'name:text optional:bool',
  Lifecycle: 'postStart:LifecycleHandler preStop:LifecycleHandler stopSignal:text',
  LifecycleHandler: 'exec:ExecAction httpGet:HTTPGetAction sleep:SleepAction tcpSocket:TCPSocketAction',
  ExecAction: 'command:text[]',
  HTTPGetAction: 'host:text httpHeaders:HTTPHeader[] path:text port! scheme:text',
  HTTPHeader: 'name:text! value:text!',
  SleepAction: 'seconds:int!',
  TCPSocketAction: 'host:text port!',
  Probe:
    'exec:ExecAction failureThreshold:int grpc:GRPCAction httpGet:HTTPGetAction initialDelaySeconds:int periodSeconds:int successThreshold:int tcpSocket:TCPSocketAction terminationGracePeriodSeconds:int timeoutSeconds:int',
  GRPCAction: 'port:int! service:text',
  ContainerPort: 'containerPort:int! hostIP:text hostPort:int name:text protocol:text',
  ContainerResizePolicy: 'resourceName:text! restartPolicy:text!',
  ResourceRequirements: 'claims:ResourceClaim[] limits:quantity{} requests:quantity{}',
  ResourceClaim: 'name:text! request:text',
  ContainerRestartRule: 'action:text! exitCodes:ContainerRestartRuleOnExitCodes',
  ContainerRestartRuleOnExitCodes: 'operator:text! values',
  SecurityContext:
    'allowPrivilegeEscalation:bool appArmorProfile:AppArmorProfile capabilities:Capabilities privileged:bool procMount:text readOnlyRootFilesystem:bool runAsGroup:int runAsNonRoot:bool runAsUser:int seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile windowsOptions:WindowsSecurityContextOptions',
  AppArmorProfile: 'localhostProfile:text type:text!',
  Capabilities: 'add:text[] drop:text[]',
  SELinuxOptions: 'level:text role:text type:text user:text',
  SeccompProfile: 'localhostProfile:text type:text!',
  WindowsSecurityContextOptions:
    'gmsaCredentialSpec:text gmsaCredentialSpecName:text hostProcess:bool runAsUserName:text',
  VolumeDevice: 'devicePath:text! name:text!',
  VolumeMount:
    'mountPath:text! mountPropagation:text name:text! readOnly:bool recursiveReadOnly:text subPath:text subPathExpr:text',
  PodDNSConfig: 'nameservers:text[] options:PodDNSConfigOption[] searches:text[]',
  PodDNSConfigOption: 'name:text value:text',
  EphemeralContainer: `${containerFields} targetContainerName:text`,
  HostAlias: 'hostnames:text[] ip:text!',
  LocalObjectReference: 'name:text',
  PodOS: 'name:text!',
  PodReadinessGate: 'conditionType:text!',
  PodResourceClaim: 'name:text! resourceClaimName:text resourceClaimTemplateName:text',
  PodSchedulingGate: 'name:text!',
  PodSchedulingGroup: 'podGroupName:text',
  PodSecurityContext:
    'appArmorProfile:AppArmorProfile fsGroup:int fsGroupChangePolicy:text runAsGroup:int runAsNonRoot:bool runAsUser:int seLinuxChangePolicy:text seLinuxOptions:SELinuxOptions seccompProfile:SeccompProfile supplementalGroups supplementalGroupsPolicy:text sysctls:Sysctl[] windowsOptions:WindowsSecurityContextOptions',
  Sysctl: 'name:text! value:text!',
  Toleration: 'effect:text key:text operator:text tolerationSeconds:int value:text',
  TopologySpreadConstraint:
    'labelSelector:LabelSelector matchLabelKeys:text[] maxSkew:int! minDomains:int nodeAffinityPolicy:text nodeTaintsPolicy:text topologyKey:text! whenUnsatisfiable:text!',
  Volume:
    'awsElasticBlockStore:AWSElasticBlockStoreVolumeSource azureDisk:AzureDiskVolumeSource azureFile:AzureFileVolumeSource cephfs:CephFSVolumeSource cinder:CinderVolumeSource configMap:ConfigMapVolumeSource csi:CSIVolumeSource downwardAPI:DownwardAPIVolumeSource emptyDir:EmptyDirVolumeSource ephemeral:EphemeralVolumeSource fc:FCVolumeSource flexVolume:FlexVolumeSource flocker:FlockerVolumeSource gcePersistentDisk:GCEPersistentDiskVolumeSource gitRepo:GitRepoVolumeSource glusterfs:GlusterfsVolumeSource hostPath:HostPathVolumeSource image:ImageVolumeSource iscsi:ISCSIVolumeSource name:text! nfs:NFSVolumeSource persistentVolumeClaim:PersistentVolumeClaimVolumeSource photonPersistentDisk:PhotonPersistentDiskVolumeSource portworxVolume:PortworxVolumeSource projected:ProjectedVolumeSource quobyte:QuobyteVolumeSource rbd:RBDVolumeSource scaleIO:ScaleIOVolumeSource secret:SecretVolumeSource storageos:StorageOSVolumeSource vsphereVolume:VsphereVirtualDiskVolumeSource',
  AWSElasticBlockStoreVolumeSource: 'fsType:text partition:int readOnly:bool volumeID:text!',
  AzureDiskVolumeSource: 'cachingMode:text diskName:text! diskURI:text! fsType:text kind:text readOnly:bool',
  AzureFileVolumeSource: 'readOnly:bool secretName:text! shareName:text!',
  CephFSVolumeSource:
    'monitors:text[]! path:text readOnly:bool secretFile:text secretRef:LocalObjectReference user:text',
  CinderVolumeSource: 'fsType:text readOnly:bool secretRef:LocalObjectReference volumeID:text!',
  ConfigMapVolumeSource: 'defaultMode:int items:KeyToPath[] name:text optional:bool',
  KeyToPath: 'key:text! mode:int path:text!',
  CSIVolumeSource:
    'driver:text! fsType:text nodePublishSecretRef:LocalObjectReference readOnly:bool volumeAttributes:text{}',
  DownwardAPIVolumeSource: 'defaultMode:int items:DownwardAPIVolumeFile[]',
  DownwardAPIVolumeFile: 'fieldRef:ObjectFieldSelector mode:int path:text! resourceFieldRef:ResourceFieldSelector',
  EmptyDirVolumeSource: 'medium:text sizeLimit:quantity',
  EphemeralVolumeSource: 'volumeClaimTemplate:PersistentVolumeClaimTemplate',
  PersistentVolumeClaimTemplate: 'metadata:ObjectMeta spec:PersistentVolumeClaimSpec!',
  PersistentVolumeClaimSpec:
    'accessModes:text[] dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference resources:VolumeResourceRequirements selector:LabelSelector storageClassName:text volumeAttributesClassName:text volumeMode:text volumeName:text',
  TypedLocalObjectReference: 'apiGroup:text kind:text! name:text!',
  TypedObjectReference: 'apiGroup:text kind:text! name:text! namespace:text',
  VolumeResourceRequirements: 'limits:quantity{} requests:quantity{}',
  FCVolumeSource: 'fsType:text lun:int readOnly:bool targetWWNs:text[] wwids:text[]',
  FlexVolumeSource: 'driver:text! fsType:text options:text{} readOnly:bool secretRef:LocalObjectReference',
  FlockerVolumeSource: 'datasetName:text datasetUUID:text',
  GCEPersistentDiskVolumeSource: 'fsType:text partition:int pdName:text! readOnly:bool',
  GitRepoVolumeSource: 'directory:text repository:text! revision:text',
  GlusterfsVolumeSource: 'endpoints:text! path:text! readOnly:bool',
  HostPathVolumeSource: 'path:text! type:text',
  ImageVolumeSource: 'pullPolicy:text reference:text',
  ISCSIVolumeSource:
    'chapAuthDiscovery:bool chapAuthSession:bool fsType:text initiatorName:text iqn:text! iscsiInterface:text lun:int! portals:text[] readOnly:bool secretRef:LocalObjectReference targetPortal:text!',
  NFSVolumeSource: 'path:text! readOnly:bool server:text!',
  PersistentVolumeClaimVolumeSource: 'claimName:text! readOnly:bool',
  PhotonPersistentDiskVolumeSource: 'fsType:text pdID:text!',
  PortworxVolumeSource: 'fsType:text readOnly:bool volumeID:text!',
  ProjectedVolumeSource: 'defaultMode:int sources:VolumeProjection[]',
  VolumeProjection:
    'clusterTrustBundle:ClusterTrustBundleProjection configMap:ConfigMapProjection downwardAPI:DownwardAPIProjection podCertificate:PodCertificateProjection secret:SecretProjection serviceAccountToken:ServiceAccountTokenProjection',
  ClusterTrustBundleProjection: 'labelSelector:LabelSelector name:text optional:bool path:text! signerName:text',
  ConfigMapProjection: 'items:KeyToPath[] name:text optional:bool',
  DownwardAPIProjection: 'items:DownwardAPIVolumeFile[]',
  PodCertificateProjection:
    'certificateChainPath:text credentialBundlePath:text keyPath:text keyType:text! maxExpirationSeconds:int signerName:text! userAnnotations:text{}',
  SecretProjection: 'items:KeyToPath[] name:text optional:bool',
  ServiceAccountTokenProjection: 'audience:text expirationSeconds:int path:text!',
  QuobyteVolumeSource: 'group:text readOnly:bool registry:text! tenant:text user:text volume:text!',
  RBDVolumeSource:
    'fsType:text image:text! keyring:text monitors:text[]! pool:text readOnly:bool secretRef:LocalObjectReference user:text',
  ScaleIOVolumeSource:
    'fsType:text gateway:text! protectionDomain:text readOnly:bool secretRef:LocalObjectReference! sslEnabled:bool storageMode:text storagePool:text system:text! volumeName:text',
  SecretVolumeSource: 'defaultMode:int items:KeyToPath[] optional:bool secretName:text',
  StorageOSVolumeSource:
    'fsType:text readOnly:bool secretRef:LocalObjectReference volumeName:text volumeNamespace:text',
  VsphereVirtualDiskVolumeSource: 'fsType:text storagePolicyID:text storagePolicyName:text volumePath:text!',
  PodTemplate: 'apiVersion kind metadata:ObjectMeta template:PodTemplateSpec',
  PodTemplateSpec: 'metadata:ObjectMeta spec:PodSpec',
  ReplicationController: 'apiVersion kind metadata:ObjectMeta spec:ReplicationControllerSpec status',
  ReplicationControllerSpec: 'minReadySeconds:int replicas:int selector:text{} template:PodTemplateSpec',
  Service: 'apiVersion kind metadata:ObjectMeta spec:ServiceSpec status',
  ServiceSpec:
    'allocateLoadBalancerNodePorts:bool clusterIP:text clusterIPs:text[] externalIPs:text[] externalName:text externalTrafficPolicy:text healthCheckNodePort:int internalTrafficPolicy:text ipFamilies:text[] ipFamilyPolicy:text loadBalancerClass:text loadBalancerIP:text loadBalancerSourceRanges:text[] ports:ServicePort[] publishNotReadyAddresses:bool selector:text{} sessionAffinity:text sessionAffinityConfig:SessionAffinityConfig trafficDistribution:text type:text ipFamily topologyKeys',
  ServicePort: 'appProtocol:text name:text nodePort:int port:int! protocol:text targetPort',
  SessionAffinityConfig: 'clientIP:ClientIPConfig',
  ClientIPConfig: 'timeoutSeconds:int',
  ConfigMap: 'apiVersion binaryData:text{} data:text{} immutable:bool kind metadata:ObjectMeta',
  Secret: 'apiVersion data:text{} immutable:bool kind metadata:ObjectMeta stringData:text{} type:text',
  ServiceAccount:
    'apiVersion automountServiceAccountToken:bool imagePullSecrets:LocalObjectReference[] kind metadata:ObjectMeta secrets:ObjectReference[]',
  ObjectReference: 'apiVersion fieldPath:text kind:text name:text namespace:text resourceVersion:text uid:text',
  Namespace: 'apiVersion kind metadata:ObjectMeta spec:NamespaceSpec status',
  NamespaceSpec: 'finalizers:text[]',
  PersistentVolumeClaim: 'apiVersion kind metadata:ObjectMeta spec:PersistentVolumeClaimSpec status',
  ResourceQuota: 'apiVersion kind metadata:ObjectMeta spec:ResourceQuotaSpec status',
  ResourceQuotaSpec: 'hard:quantity{} scopeSelector:ScopeSelector scopes:text[]',
  ScopeSelector: 'matchExpressions:ScopedResourceSelectorRequirement[]',
  ScopedResourceSelectorRequirement: 'operator:text! scopeName:text! values:text[]',
  LimitRange: 'apiVersion kind metadata:ObjectMeta spec:LimitRangeSpec',
  LimitRangeSpec: 'limits:LimitRangeItem[]!',
  LimitRangeItem:
    'default:quantity{} defaultRequest:quantity{} max:quantity{} maxLimitRequestRatio:quantity{} min:quantity{} type:text!',
  Deployment: 'apiVersion kind metadata:ObjectMeta spec:DeploymentSpec status',
  DeploymentSpec:
    'minReadySeconds:int paused:bool progressDeadlineSeconds:int replicas:int revisionHistoryLimit:int selector:LabelSelector! strategy:DeploymentStrategy template:PodTemplateSpec!',
  DeploymentStrategy: 'rollingUpdate:RollingUpdateDeployment type:text',
  RollingUpdateDeployment: 'maxSurge maxUnavailable',
  StatefulSet: 'apiVersion kind metadata:ObjectMeta spec:StatefulSetSpec status',
  StatefulSetSpec:
    'minReadySeconds:int ordinals:StatefulSetOrdinals persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy podManagementPolicy:text replicas:int revisionHistoryLimit:int selector:LabelSelector! serviceName:text template:PodTemplateSpec! updateStrategy:StatefulSetUpdateStrategy volumeClaimTemplates:PersistentVolumeClaim[]',
  StatefulSetOrdinals: 'start:int',
  StatefulSetPersistentVolumeClaimRetentionPolicy: 'whenDeleted:text whenScaled:text',
  StatefulSetUpdateStrategy: 'rollingUpdate:RollingUpdateStatefulSetStrategy type:text',
  RollingUpdateStatefulSetStrategy: 'maxUnavailable partition:int',
  DaemonSet: 'apiVersion kind metadata:ObjectMeta spec:DaemonSetSpec status',
  DaemonSetSpec:
    'minReadySeconds:int revisionHistoryLimit:int selector:LabelSelector! template:PodTemplateSpec! updateStrategy:DaemonSetUpdateStrategy',
  DaemonSetUpdateStrategy: 'rollingUpdate:RollingUpdateDaemonSet type:text',
  RollingUpdateDaemonSet: 'maxSurge maxUnavailable',
  ReplicaSet: 'apiVersion kind metadata:ObjectMeta spec:ReplicaSetSpec status',
  ReplicaSetSpec: 'minReadySeconds:int replicas:int selector:LabelSelector! template:PodTemplateSpec',
  Job: 'apiVersion kind metadata:ObjectMeta spec:JobSpec status',
  JobSpec:
    'activeDeadlineSeconds:int backoffLimit:int backoffLimitPerIndex:int completionMode:text completions:int managedBy:text manualSelector:bool maxFailedIndexes:int parallelism:int podFailurePolicy:PodFailurePolicy podReplacementPolicy:text selector:LabelSelector successPolicy:SuccessPolicy suspend:bool template:PodTemplateSpec! ttlSecondsAfterFinished:int',
  PodFailurePolicy: 'rules:PodFailurePolicyRule[]!',
  PodFailurePolicyRule:
    'action:text! onExitCodes:PodFailurePolicyOnExitCodesRequirement onPodConditions:PodFailurePolicyOnPodConditionsPattern[]',
  PodFailurePolicyOnExitCodesRequirement: 'containerName:text operator:text! values!',
  PodFailurePolicyOnPodConditionsPattern: 'status type:text!',
  SuccessPolicy: 'rules:SuccessPolicyRule[]!',
  SuccessPolicyRule: 'succeededCount:int succeededIndexes:text',
  CronJob: 'apiVersion kind metadata:ObjectMeta spec:CronJobSpec! status',
  CronJobSpec:
    'concurrencyPolicy:text failedJobsHistoryLimit:int jobTemplate:JobTemplateSpec! schedule:text! startingDeadlineSeconds:int successfulJobsHistoryLimit:int suspend:bool timeZone:text',
  JobTemplateSpec: 'metadata:ObjectMeta spec:JobSpec',
  Role: 'apiVersion kind metadata:ObjectMeta rules:PolicyRule[]',
  PolicyRule: 'apiGroups:text[] nonResourceURLs:text[] resourceNames:text[] resources:text[] verbs:text[]!',
  ClusterRole: 'aggregationRule:AggregationRule apiVersion kind metadata:ObjectMeta rules:PolicyRule[]',
  AggregationRule: 'clusterRoleSelectors:LabelSelector[]',
  RoleBinding: 'apiVersion kind metadata:ObjectMeta roleRef:RoleRef! subjects:Subject[]',
  RoleRef: 'apiGroup:text kind:text! name:text!',
  Subject: 'apiGroup:text kind:text! name:text! namespace:text',
  ClusterRoleBinding: 'apiVersion kind metadata:ObjectMeta roleRef:RoleRef! subjects:Subject[]',
  NetworkPolicy: 'apiVersion kind metadata:ObjectMeta spec:NetworkPolicySpec',
  NetworkPolicySpec:
    'egress:NetworkPolicyEgressRule[] ingress:NetworkPolicyIngressRule[] podSelector:LabelSelector policyTypes:text[]',
  NetworkPolicyEgressRule: 'ports:NetworkPolicyPort[] to:NetworkPolicyPeer[]',
  NetworkPolicyPort: 'endPort:int port protocol:text',
  NetworkPolicyPeer: 'ipBlock:IPBlock namespaceSelector:LabelSelector podSelector:LabelSelector',
  IPBlock: 'cidr:text! except:text[]',
  NetworkPolicyIngressRule: 'from:NetworkPolicyPeer[] ports:NetworkPolicyPort[]',
  Ingress: 'apiVersion kind metadata:ObjectMeta spec:IngressSpec status',
  IngressSpec: 'defaultBackend:IngressBackend ingressClassName:text rules:IngressRule[] tls:IngressTLS[]',
  IngressBackend: 'resource:TypedLocalObjectReference service:IngressServiceBackend',
  IngressServiceBackend: 'name:text! port:ServiceBackendPort',
  ServiceBackendPort: 'name:text number:int',
  IngressRule: 'host:text http:HTTPIngressRuleValue',
  HTTPIngressRuleValue: 'paths:HTTPIngressPath[]!',
  HTTPIngressPath: 'backend:IngressBackend! path:text pathType:text!',
  IngressTLS: 'hosts:text[] secretName:text',
  IngressClass: 'apiVersion kind metadata:ObjectMeta spec:IngressClassSpec',
  IngressClassSpec: 'controller:text parameters:IngressClassParametersReference',
  IngressClassParametersReference: 'apiGroup:text kind:text! name:text! namespace:text scope:text',
  PodDisruptionBudget: 'apiVersion kind metadata:ObjectMeta spec:PodDisruptionBudgetSpec status',
  PodDisruptionBudgetSpec: 'maxUnavailable minAvailable selector:LabelSelector unhealthyPodEvictionPolicy:text',
  PriorityClass:
    'apiVersion description:text globalDefault:bool kind metadata:ObjectMeta preemptionPolicy:text value:int',
  StorageClass:
    'allowVolumeExpansion:bool allowedTopologies:TopologySelectorTerm[] apiVersion kind metadata:ObjectMeta mountOptions:text[] parameters:text{} provisioner:text! reclaimPolicy:text volumeBindingMode:text',
  TopologySelectorTerm: 'matchLabelExpressions:TopologySelectorLabelRequirement[]',
  TopologySelectorLabelRequirement: 'key:text! values:text[]!',
  ValidatingWebhookConfiguration: 'apiVersion kind metadata:ObjectMeta webhooks:ValidatingWebhook[]',
  ValidatingWebhook:
    'admissionReviewVersions:text[]! clientConfig:WebhookClientConfig! failurePolicy:text matchConditions:MatchCondition[] matchPolicy:text name:text! namespaceSelector:LabelSelector objectSelector:LabelSelector rules:RuleWithOperations[] sideEffects:text! timeoutSeconds:int',
  WebhookClientConfig: 'caBundle:text service:ServiceReference url:text',
  ServiceReference: 'name:text! namespace:text! path:text port:int',
  MatchCondition: 'expression:text! name:text!',
  RuleWithOperations: 'apiGroups:text[] apiVersions:text[] operations:text[] resources:text[] scope:text',
  MutatingWebhookConfiguration: 'apiVersion kind metadata:ObjectMeta webhooks:MutatingWebhook[]',
  MutatingWebhook:
    'admissionReviewVersions:text[]! clientConfig:WebhookClientConfig! failurePolicy:text matchConditions:MatchCondition[] matchPolicy:text name:text! namespaceSelector:LabelSelector objectSelector:LabelSelector reinvocationPolicy:text rules:RuleWithOperations[] sideEffects:text! timeoutSeconds:int',
  HorizontalPodAutoscaler: 'apiVersion kind metadata:ObjectMeta spec:HorizontalPodAutoscalerSpec! status',
  HorizontalPodAutoscalerSpec:
    'behavior:HorizontalPodAutoscalerBehavior maxReplicas:int! metrics:MetricSpec[] minReplicas:int scaleTargetRef:CrossVersionObjectReference!',
  HorizontalPodAutoscalerBehavior: 'scaleDown:HPAScalingRules scaleUp:HPAScalingRules',
  HPAScalingRules: 'policies:HPAScalingPolicy[] selectPolicy:text stabilizationWindowSeconds:int tolerance:text',
  HPAScalingPolicy: 'periodSeconds:int! type:text! value:int!',
  MetricSpec:
    'containerResource:ContainerResourceMetricSource external:ExternalMetricSource object:ObjectMetricSource pods:PodsMetricSource resource:ResourceMetricSource type:text!',
  ContainerResourceMetricSource: 'container:text! name:text! target:MetricTarget!',
  MetricTarget: 'averageUtilization:int averageValue:quantity type:text! value:quantity',
  ExternalMetricSource: 'metric:MetricIdentifier! target:MetricTarget!',
  MetricIdentifier: 'name:text! selector:LabelSelector',
  ObjectMetricSource: 'describedObject:CrossVersionObjectReference! metric:MetricIdentifier! target:MetricTarget!',
  CrossVersionObjectReference: 'apiVersion kind:text! name:text!',
  PodsMetricSource: 'metric:MetricIdentifier! target:MetricTarget!',
  ResourceMetricSource: 'name:text! target:MetricTarget!',
} as const satisfies Readonly<Record<string, string>>;

export type SchemaType = keyof typeof schemaTypes;

/** The kinds that are judged, by apiVersion. */
export const schemaKinds: Readonly<Record<string, readonly SchemaType[]>> = {
  v1: [
    ...(['Pod', 'PodTemplate', 'ReplicationController', 'Service', 'ConfigMap', 'Secret', 'ServiceAccount'] as const),
    ...(['Namespace', 'PersistentVolumeClaim', 'ResourceQuota', 'LimitRange'] as const),
  ],
  'apps/v1': ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
  'batch/v1': ['Job', 'CronJob'],
  'rbac.authorization.k8s.io/v1': ['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding'],
  'networking.k8s.io/v1': ['NetworkPolicy', 'Ingress', 'IngressClass'],
  'policy/v1': ['PodDisruptionBudget'],
  'scheduling.k8s.io/v1': ['PriorityClass'],
  'storage.k8s.io/v1': ['StorageClass'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'admissionregistration.k8s.io/v1': ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
};
