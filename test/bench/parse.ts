/**
 * What reading a render costs. `node test/bench/parse.ts [MEGABYTES]` (default 5). Prints milliseconds, medians of five, one row
 * per way of reading; the `yaml` package with positions is the measure.
 */
import { parseAllDocuments } from 'yaml';
import { parseManifests } from '../../src/manifest/parse.ts';
import { parseSafely } from '../../src/manifest/pool.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';

const megabytes = Number(process.argv[2] ?? 5);

for (const size of [megabytes / 50, megabytes / 5, megabytes]) {
  const text = render(size * 1e6);
  const rows: [string, () => unknown][] = [
    ['parseManifests', () => parseManifests(text)],
    ['parseManifests, resources', () => resources(text)],
    ['parseManifests, one location in each document', () => locations(text)],
    ['parseSafely (pool)', () => parseSafely(text, { timeout: 60_000 })],
    ['yaml, positions', () => parseAllDocuments(text, { version: '1.1', merge: true, uniqueKeys: false })],
  ];
  console.log(`${(text.length / 1e6).toFixed(2)} MB, ${parseManifests(text).documents.length} documents`);
  for (const [name, run] of rows) console.log(`  ${(await median(run)).toFixed(1).padStart(8)} ms  ${name}`);
}

function resources(text: string): number {
  return parseManifests(text).documents.flatMap((document) =>
    resourcesOf(document, { unit: '', namespace: '', origin: { file: '' }, firstIndex: 0 }),
  ).length;
}

function locations(text: string): number {
  return parseManifests(text).documents.reduce(
    (sum, document) => sum + document.locate(['spec', 'replicas']).startLine,
    0,
  );
}

async function median(run: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.slice(1).sort((a, b) => a - b)[2] ?? 0;
}

/** Deployments, config maps and long schemas, in the proportions of a big chart. */
function render(length: number): string {
  const parts: string[] = [];
  for (let index = 0, total = 0; total < length; index += 1) {
    const part = index % 10 === 9 ? schema(index) : index % 5 === 4 ? settings(index) : deployment(index);
    parts.push(part);
    total += part.length;
  }
  return parts.join('');
}

function deployment(index: number): string {
  return `---
# Source: bench/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${index}
  namespace: bench
  labels: {app.kubernetes.io/name: web, app.kubernetes.io/instance: "web-${index}"}
spec:
  replicas: ${index % 7}
  selector:
    matchLabels:
      app: web-${index}
  template:
    metadata:
      labels:
        app: web-${index}
    spec:
      securityContext:
        runAsNonRoot: true
      containers:
      - name: app
        image: "registry.example/web:1.${index}.0"
        args: ["serve", "--port=8080"]
        ports:
        - name: http
          containerPort: 8080
        env:
        - name: MODE
          value: "production"
        resources:
          limits: {cpu: 500m, memory: 128Mi}
          requests:
            cpu: 100m
            memory: 128Mi
        livenessProbe:
          httpGet: {path: /healthz, port: http}
`;
}

function settings(index: number): string {
  const lines = Array.from({ length: 40 }, (_, line) => `    key_${line} = "value ${line} of ${index}"`).join('\n');
  return `---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings-${index}\ndata:\n  app.toml: |\n${lines}\n`;
}

function schema(index: number): string {
  const field = (depth: number, name: string): string => {
    const pad = ' '.repeat(14 + depth * 4);
    const inner = depth === 3 ? '' : `${pad}  properties:\n${field(depth + 1, 'first')}${field(depth + 1, 'second')}`;
    return `${pad}${name}:\n${pad}  description: |-\n${pad}    What ${name} at ${depth} is for, in a sentence or two.\n${pad}  type: ${inner === '' ? 'string' : 'object'}\n${inner}`;
  };
  return `---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things-${index}.example.com\nspec:\n  versions:\n  - name: v1\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          spec:\n            properties:\n${field(0, 'one')}${field(0, 'two')}`;
}
