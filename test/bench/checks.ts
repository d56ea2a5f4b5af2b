/**
 * How fast the whole catalogue is: `node test/bench/checks.ts [DEPLOYMENTS]`. Prints objects per second on one core, all checks on,
 * and the slowest checks.
 */
import { checks } from '../../checks/index.ts';
import { judge } from '../../src/analyze/run.ts';
import type { Check } from '../../src/check.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';

const count = Number(process.argv[2] ?? 2_000);
const text = Array.from({ length: count }, (_, index) => deployment(index)).join('');
const start = performance.now();
const resources = parseManifests(text).documents.flatMap((document, index) =>
  resourcesOf(document, { unit: 'plain:.', namespace: 'bench', origin: { file: '' }, firstIndex: index }),
);
const reading = performance.now() - start;
const all = median(checks);
console.log(`${checks.length} checks, ${count} Deployments: ${Math.round((count / all) * 1000)} objects/s`);
console.log(`checks ${all.toFixed(0)} ms, reading ${reading.toFixed(0)} ms`);
const slowest = checks.map((check) => [check.id, median([check])] as const).sort((a, b) => b[1] - a[1]);
for (const [id, milliseconds] of slowest.slice(0, 10)) console.log(`${milliseconds.toFixed(1).padStart(8)} ms  ${id}`);

function median(which: readonly Check[]): number {
  const times = Array.from({ length: 5 }, () => {
    const from = performance.now();
    const { problems } = judge(resources, { checks: which, kubeVersion: { major: 1, minor: 37 } });
    if (problems.length > 0) throw new Error(problems[0]?.message);
    return performance.now() - from;
  });
  return times.sort((a, b) => a - b)[2] ?? 0;
}

function deployment(index: number): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${index}
  namespace: bench
  labels: {app.kubernetes.io/name: web-${index}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web-${index}}}
  template:
    metadata:
      labels: {app: web-${index}}
    spec:
      serviceAccountName: web
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: app
          image: "registry.example/web:1.${index}.0"
          args: [serve, "--port=8080"]
          ports: [{name: http, containerPort: 8080}]
          env: [{name: MODE, value: production}, {name: LEVEL, value: info}]
          securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
          resources: {limits: {memory: 128Mi}, requests: {cpu: 100m, memory: 128Mi}}
          readinessProbe: {httpGet: {path: /healthz, port: http}}
          volumeMounts: [{name: tmp, mountPath: /tmp}]
      volumes: [{name: tmp, emptyDir: {}}]
`;
}
