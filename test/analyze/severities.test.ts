import { expect, test } from '@jest/globals';
import { severitiesOf } from '../support/severities.ts';

const pod = (name: string, spec: string): string =>
  `---\napiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, namespace: ${name} }\nspec: ${spec}\n`;

const range = `---\napiVersion: v1\nkind: LimitRange\nmetadata: { name: a, namespace: ranged }\nspec: { limits: [{ type: Container, default: { cpu: 1, memory: 1Gi } }] }\n`;

const logs = (image: string, mount: string): string =>
  `{ containers: [{ name: a, image: "${image}", volumeMounts: [{ name: v, mountPath: /v${mount} }] }], volumes: [{ name: v, hostPath: { path: /var/log/pods } }] }`;

const insecureServer = (namespace: string, backend: string): string =>
  `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: argocd-cmd-params-cm, namespace: ${namespace} }\ndata: { server.insecure: "true" }\n` +
  `---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: a, namespace: ${namespace} }\nspec: { tls: [{ hosts: [a.example] }], defaultBackend: { service: { name: ${backend}, port: { number: 80 } } } }\n`;

test.each<[id: string, what: string, text: string, severities: string[]]>([
  [
    'sensitive-host-path',
    'logs that a known collector reads are for information',
    [
      'fluent/fluent-bit:3',
      'example/aws-for-fluent-bit:2',
      'example/filebeat-oss:8',
      'example/vectorize:1',
      'otelcol:1',
    ]
      .map((image, index) => pod(`p${index}`, logs(image, ', readOnly: true')))
      .concat(pod('writer', logs('fluent/fluent-bit:3', '')))
      .join(''),
    ['info', 'info', 'info', 'high', 'info', 'high'],
  ],
  [
    'argocd-server-insecure',
    'an Ingress with TLS that leads to the server makes it information, one that leads elsewhere does not',
    insecureServer('fronted', 'prod-argocd-server') + insecureServer('beside', 'grafana'),
    ['info', 'medium'],
  ],
  [
    'qos-best-effort',
    'defaults of the namespace make it information',
    pod('bare', '{ containers: [{ name: a }] }') + pod('ranged', '{ containers: [{ name: a }] }') + range,
    ['low', 'info'],
  ],
  [
    'memory-limit-missing',
    'defaults of the namespace make it information',
    pod('bare', '{ containers: [{ name: a }] }') + pod('ranged', '{ containers: [{ name: a }] }') + range,
    ['medium', 'info'],
  ],
  [
    'emptydir-size-limit-missing',
    'memory without a bound is worse than disk, and than memory that the namespace bounds',
    pod('memory', '{ containers: [], volumes: [{ name: v, emptyDir: { medium: Memory } }] }') +
      pod('ranged', '{ containers: [], volumes: [{ name: v, emptyDir: { medium: Memory } }] }') +
      range +
      pod('disk', '{ containers: [], volumes: [{ name: v, emptyDir: {} }] }'),
    ['medium', 'low', 'low'],
  ],
  [
    'run-as-root-user',
    'a pod that cannot start is worse than one that runs as root',
    pod('a', '{ securityContext: { runAsUser: 0 }, containers: [{ name: a }] }') +
      pod('b', '{ securityContext: { runAsUser: 0, runAsNonRoot: true }, containers: [{ name: a }] }'),
    ['medium', 'high'],
  ],
  [
    'deprecated-service-account-field',
    'what the API mirrors is for information',
    pod('a', '{ serviceAccount: a, containers: [{ name: a }] }') +
      pod('b', '{ serviceAccount: a, serviceAccountName: a, containers: [{ name: a }] }'),
    ['low', 'info'],
  ],
  [
    'kubelet-runtime-settings',
    'seccomp by default is for information',
    'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nprotectKernelDefaults: true\n',
    ['low', 'info'],
  ],
  [
    'etcd-peer-tls',
    'one member has nobody to talk to, and is alone unless it is told of others',
    [
      '--initial-cluster=a=http://a:2380',
      '--name=a',
      '--initial-cluster=a=http://a:2380,b=http://b:2380',
      '--discovery=u',
    ]
      .map((flag, index) =>
        pod(
          `p${index}`,
          `{ containers: [{ name: etcd, command: [etcd, --peer-cert-file=a, --peer-key-file=b, "${flag}"] }] }`,
        ),
      )
      .join(''),
    ['low', 'low', 'high', 'high'],
  ],
  [
    'mesh-wildcard-host',
    'every host is worse than those of a domain, in a VirtualService',
    ['VirtualService', 'ServiceEntry']
      .map(
        (kind) =>
          `---\napiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: { name: a }\nspec: { hosts: ["*.a.example", "*"] }\n`,
      )
      .join(''),
    ['low', 'medium', 'low'],
  ],
  [
    'load-balancer-open-to-world',
    'the ports of the web alone are for information',
    [443, 5432]
      .map(
        (port) =>
          `---\napiVersion: v1\nkind: Service\nmetadata: { name: a${port} }\nspec: { type: LoadBalancer, ports: [{ port: ${port} }] }\n`,
      )
      .join(''),
    ['info', 'medium'],
  ],
])('%s: %s', (id, _, text, severities) => {
  expect(severitiesOf(id, text)).toEqual(severities);
});
