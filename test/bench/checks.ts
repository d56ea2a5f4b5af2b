/**
 * How fast the whole catalogue is: `node test/bench/checks.ts [DEPLOYMENTS]`. Prints objects per second of processor time on
 * one core for all checks and for those on by default, what a check costs by itself (the ten dearest), and what a set costs
 * when a repository renders many small ones. All numbers are the best of several rounds: others may use the machine.
 */
import { checks } from '../../checks/index.ts';
import { judge } from '../../src/analyze/run.ts';
import type { Check } from '../../src/check.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';
import type { Resource } from '../../src/model.ts';

const count = Number(process.argv[2] ?? 2_000);
const kubeVersion = { major: 1, minor: 37 };

const text = Array.from({ length: count }, (_, index) => deployment(index)).join('');
const resources = read(text, 'plain:.');
/** Rounds until a long process has its speed: for some twenty V8 still compiles the checks, on the same account of time. */
const settled = 40;
const onByDefault = checks.filter((check) => check.default === 'on');

const reading = best(
  3,
  (all) => read(all, 'plain:.'),
  () => text,
);
const cold = best(
  1,
  (over) => run(checks, over),
  () => fresh(resources),
);
for (const [name, which] of [
  ['all', checks],
  ['default', onByDefault],
] as const) {
  const spent = best(
    settled,
    (over) => run(which, over),
    () => fresh(resources),
  );
  const share = ((100 * spent) / (spent + reading)).toFixed(0);
  console.log(
    `${name.padEnd(8)}${String(which.length).padStart(4)} checks, ${count} Deployments: ` +
      `${Math.round((1000 * count) / spent)} objects/s (${spent.toFixed(0)} ms; reading ${reading.toFixed(0)} ms; checks are ${share} % of both)`,
  );
}
console.log(`cold    all checks on the first run of the process: ${Math.round((1000 * count) / cold)} objects/s`);
console.log(`found   ${run(checks, resources)} findings by all checks, ${run(onByDefault, resources)} by default`);

const units = 1_000;
const small = Array.from({ length: units }, (_, unit) =>
  read(Array.from({ length: 4 }, (__, index) => deployment(4 * unit + index)).join(''), `plain:unit-${unit}`),
);
const whole = best(
  5,
  (over) => run(checks, over),
  () => fresh(small.flat()),
);
const parts = best(
  5,
  (sets) => {
    for (const unit of sets) run(checks, unit);
  },
  () => small.map((unit) => fresh(unit)),
);
const empty = best(
  5,
  (none: readonly Resource[]) => {
    for (let unit = 0; unit < units; unit += 1) run(checks, none);
  },
  () => [],
);
console.log(
  `sets    ${units} of 4 objects: ${parts.toFixed(0)} ms, one set of all: ${whole.toFixed(0)} ms; ` +
    `an empty set: ${((1000 * empty) / units).toFixed(0)} µs`,
);

/** What a run of these takes by itself. */
function timeOf(which: readonly Check[]): number {
  return best(
    5,
    (over) => run(which, over),
    () => fresh(resources),
  );
}

// A run without checks is measured beside each check: the process and its heap change on the way.
const alone = checks.map((check) => [check.id, timeOf([check]) - timeOf([])] as const);
console.log('each check by itself, per object:');
for (const [id, spent] of alone.toSorted((a, b) => b[1] - a[1]).slice(0, 10))
  console.log(`${((1000 * spent) / count).toFixed(2).padStart(8)} µs  ${id}`);

function run(which: readonly Check[], over: readonly Resource[]): number {
  const { found, problems } = judge(over, { checks: which, kubeVersion });
  if (problems.length > 0) throw new Error(problems[0]?.message);
  return found.length;
}

function read(manifests: string, unit: string): Resource[] {
  return parseManifests(manifests).documents.flatMap((document, index) =>
    resourcesOf(document, { unit, namespace: 'bench', origin: { file: '' }, firstIndex: index }),
  );
}

/** The objects as a run finds them: what checks keep of an object is kept of this very one. */
function fresh(known: readonly Resource[]): Resource[] {
  return known.map((resource) => ({ ...resource }));
}

/** Milliseconds of processor time (user) that the work takes, the least of the rounds; preparing it does not count. */
function best<Input>(rounds: number, work: (input: Input) => unknown, prepare: () => Input): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const input = prepare();
    const from = process.cpuUsage();
    work(input);
    least = Math.min(least, process.cpuUsage(from).user / 1000);
  }
  return least;
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
