import {
  annotationsOf,
  commandItems,
  type ContainerSubject,
  defineCheck,
  type Entrance,
  entrances,
  imageOf,
  int,
  isKind,
  labelOf,
  labelValue,
  podLabels,
  podsBehind,
  type Resource,
  servicePorts,
  serviceType,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'exposed-sensitive-interface',
  title: 'Administrative interface is reachable from outside',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'Whoever reaches the console runs code or reads data in the cluster, often without any password.',
  remedy: 'Keep the Service ClusterIP and put an authenticating proxy in front.',
  standards: { nsa: ['Network separation and hardening: network policies'], mitre: ['T1133', 'T1190'] },
  peers: { kubescape: ['C-0021'] },
  *run(set) {
    const behind = new Map(set.ofKind('Service').map((service) => [service, consoleBehind(set, service)]));
    for (const [resource, found] of behind)
      if (found !== undefined && ['NodePort', 'LoadBalancer'].includes(serviceType(resource)))
        yield { resource, at: ['spec', 'type'], message: `${labelOf(resource)} exposes ${found}.` };
    for (const { resource, namespace, name, at } of openEntrances(set)) {
      const found = set
        .find('Service', namespace, name)
        .map((service) => behind.get(service))
        .find((one) => one !== undefined);
      if (found !== undefined) yield { resource, at, message: `${labelOf(resource)} exposes ${found}.` };
    }
  },
});

/** Consoles by the names that their workloads, images and app labels go by. */
const consoles = new Map<string, string>([
  ...['kubernetes-dashboard', 'dashboard'].map((name) => [name, 'the Kubernetes dashboard'] as const),
  ...['argo-server', 'argocli', 'argo-workflows-server'].map((name) => [name, 'Argo Workflows'] as const),
  ...['argocd-server', 'argocd'].map((name) => [name, 'Argo CD'] as const),
  ...['centraldashboard', 'kubeflow', 'ml-pipeline-ui'].map((name) => [name, 'Kubeflow'] as const),
  ['jenkins', 'Jenkins'],
  ...['weave-scope', 'weave-scope-app', 'scope'].map((name) => [name, 'Weave Scope'] as const),
  ['nifi', 'NiFi'],
  ...['ray-head', 'ray'].map((name) => [name, 'the Ray head node'] as const),
  ...['jupyterhub', 'k8s-hub'].map((name) => [name, 'JupyterHub'] as const),
  ['mlflow', 'MLflow'],
  ['ollama', 'Ollama'],
  ...['vllm', 'vllm-openai'].map((name) => [name, 'vLLM'] as const),
  ...['triton', 'tritonserver'].map((name) => [name, 'Triton'] as const),
  ['kserve', 'KServe'],
  ['prometheus', 'Prometheus'],
  ['grafana', 'Grafana'],
  ['phpmyadmin', 'phpMyAdmin'],
  ['kibana', 'Kibana'],
  ['rabbitmq', 'RabbitMQ'],
]);

/** Images whose last part alone says too little. */
const wholeImages: Readonly<Record<string, RegExp>> = {
  dashboard: /(?:^|\/)kubernetesui\/dashboard$/,
  scope: /(?:^|\/)weaveworks\/scope$/,
  ray: /(?:^|\/)rayproject\/ray$/,
};

const appLabels = ['app', 'app.kubernetes.io/name', 'k8s-app', 'app.kubernetes.io/component'];

function consoleBehind(set: WorkloadSet, service: Resource): string | undefined {
  for (const pod of podsBehind(set, service)) {
    const labels = podLabels(pod);
    const names = [pod.resource.name, ...appLabels.map((key) => labelValue(labels[key]))];
    const named = names.flatMap((name) => endingsOf(name));
    const images = pod.containers.flatMap((container) => imageName(container));
    for (const name of [...named.filter((one) => wholeImages[one] === undefined), ...images]) {
      const found = consoles.get(name);
      // Only the pods that serve the management interface of RabbitMQ matter.
      if (found === undefined || (name === 'rabbitmq' && !servesPort(service, 15672))) continue;
      return found;
    }
  }
  return undefined;
}

/** A release's name may stand in front: `monitoring-grafana`. What is longer than the API takes is no name. */
function endingsOf(name: string): string[] {
  return name.length > 253 ? [] : name.split('-').map((_, index, parts) => parts.slice(index).join('-'));
}

function servesPort(service: Resource, port: number): boolean {
  return servicePorts(service).some(
    (one) => one.port === port || int(one.targetPort) === port || one.name === 'management',
  );
}

function imageName(container: ContainerSubject): string[] {
  const { repository, base: name } = imageOf(container);
  if (name === 'argocd' && isOtherPart(container)) return [];
  return wholeImages[name]?.test(repository) === false ? [] : [name];
}

/** Entrances that the rule names, save those that ask for a login first. */
function openEntrances(set: WorkloadSet): Entrance[] {
  return entrances(set).filter(({ resource }) => isKind(resource, entranceKinds) && !asksForLogin(resource));
}

const entranceKinds = [
  'Ingress.networking.k8s.io',
  'HTTPRoute.gateway.networking.k8s.io',
  'VirtualService.networking.istio.io',
];

function asksForLogin(entrance: Resource): boolean {
  return annotationsOf(entrance).some(
    ({ key, value }) =>
      /^nginx\.ingress\.kubernetes\.io\/auth-(?:url|signin|type|tls-secret)$/.test(key) ||
      (key === 'alb.ingress.kubernetes.io/auth-type' && value !== 'none'),
  );
}

/** All of Argo CD runs from one image, and only its server is a console: a webhook leads to another part. */
function isOtherPart(container: ContainerSubject): boolean {
  const parts = commandItems(container).flatMap(({ text }) => /(?:^|\/)(argocd-[a-z-]+)$/.exec(text)?.[1] ?? []);
  return parts.length > 0 && !parts.includes('argocd-server');
}
