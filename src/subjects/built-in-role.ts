import type { Resource } from '../model.ts';
import { dig } from './values.ts';

/** Set on the objects that the API server creates itself. */
export function isBootstrap(resource: Resource): boolean {
  return dig(resource.manifest, 'metadata', 'labels', 'kubernetes.io/bootstrapping') === 'rbac-defaults';
}

/**
 * Whether the object is one that the API server brings itself: by its label and by its name. Either alone could be given to any
 * role, so that nobody looks at it.
 */
export function isBuiltIn(resource: Resource): boolean {
  return isBootstrap(resource) && builtInNames.has(resource.name);
}

const controllers =
  'attachdetach-controller clusterrole-aggregation-controller cronjob-controller daemon-set-controller ' +
  'deployment-controller device-taint-eviction-controller disruption-controller endpoint-controller ' +
  'endpointslice-controller endpointslicemirroring-controller ephemeral-volume-controller expand-controller ' +
  'generic-garbage-collector horizontal-pod-autoscaler job-controller legacy-service-account-token-cleaner ' +
  'namespace-controller node-controller persistent-volume-binder pod-garbage-collector podcertificaterequestcleaner ' +
  'pv-protection-controller pvc-protection-controller replicaset-controller replication-controller ' +
  'resource-claim-controller resourcequota-controller root-ca-cert-publisher route-controller selinux-warning-controller ' +
  'service-account-controller service-ca-cert-publisher service-cidrs-controller service-controller ' +
  'statefulset-controller storage-version-migrator-controller token-cleaner ttl-after-finished-controller ttl-controller ' +
  'validatingadmissionpolicy-status-controller volumeattributesclass-protection-controller bootstrap-signer cloud-provider ' +
  'certificate-controller';

const systemNames =
  'aggregate-to-admin aggregate-to-edit aggregate-to-view auth-delegator basic-user discovery heapster kube-aggregator ' +
  'kube-controller-manager kube-dns kube-scheduler kubelet-api-admin monitoring node node-bootstrapper ' +
  'node-problem-detector node-proxier persistent-volume-provisioner public-info-viewer ' +
  'service-account-issuer-discovery volume-scheduler ' +
  'certificates.k8s.io:certificatesigningrequests:nodeclient ' +
  'certificates.k8s.io:certificatesigningrequests:selfnodeclient certificates.k8s.io:kube-apiserver-client-approver ' +
  'certificates.k8s.io:kube-apiserver-client-kubelet-approver certificates.k8s.io:kubelet-serving-approver ' +
  'certificates.k8s.io:legacy-unknown-approver :leader-locking-kube-controller-manager :leader-locking-kube-scheduler ' +
  ':extension-apiserver-authentication-reader';

/** Roles and bindings of plugin/pkg/auth/authorizer/rbac/bootstrappolicy in Kubernetes v1.35, and older ones. */
const builtInNames = new Set([
  ...['cluster-admin', 'admin', 'edit', 'view', 'extension-apiserver-authentication-reader'],
  ...systemNames.split(' ').map((name) => `system:${name}`),
  ...controllers.split(' ').map((name) => `system:controller:${name}`),
]);

const controllerNames = new Set(controllers.split(' '));

/** Whether the service account of that name in kube-system is of a controller of Kubernetes itself. */
export function isControllerAccount(name: string): boolean {
  return controllerNames.has(name);
}
