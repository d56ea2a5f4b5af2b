/**
 * A made-up GitOps repository for the benchmark: charts as `helm create` writes them, hardened until no check finds anything, and bases
 * with three overlays.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where a generated repository lies, and the roots that a scan of it renders. */
export interface Generated {
  folder: string;
  /** Folders of charts, relative to it. */
  charts: readonly string[];
  /** Overlays, relative to it; each is built, its base is not. */
  overlays: readonly string[];
  /** The chart that the pull requests touch. */
  touched: string;
}

/** Branches of a generated repository, and what each does to the touched chart. */
export const pulls = {
  'introduces-none': ['replicas: 2', 'replicas: 3'],
  'introduces-one': ['privileged: false', 'privileged: true'],
} as const;

const overlayNames = ['dev', 'staging', 'prod'];

/**
 * Writes and commits the repository: branch `main`, and one branch a pull request.
 * @param kustomizations a quarter are bases, the rest overlays on them
 * @param flaw `found` leaves the network policies out, so that something is found in every unit
 */
export function generate(
  folder: string,
  charts: number,
  kustomizations: number,
  flaw: 'none' | 'found' = 'none',
): Generated {
  const chartFolders = Array.from({ length: charts }, (_, index) => `charts/team-${index % 20}/app-${index}`);
  const bases = Math.ceil(kustomizations / (overlayNames.length + 1));
  const apps = Array.from({ length: bases }, (_, index) => `apps/site-${index}`);
  const isWanted = (file: string): boolean => flaw === 'none' || !file.endsWith('policy.yaml');
  for (const [index, chart] of chartFolders.entries()) write(folder, chart, chartFiles(`app-${index}`), isWanted);
  for (const [index, app] of apps.entries())
    write(folder, app, appFiles(`site-${index}`, flaw === 'none' ? ['policy.yaml'] : []), isWanted);
  const [touched] = chartFolders;
  if (touched === undefined) throw new Error('a repository needs a chart');
  git(folder, 'init', '--quiet', '--initial-branch=main');
  git(folder, 'add', '--all');
  git(folder, 'commit', '--quiet', '--message=Everything');
  const values = join(folder, touched, 'values.yaml');
  const before = readFileSync(values, 'utf8');
  for (const [branch, [from, to]] of Object.entries(pulls)) {
    git(folder, 'switch', '--quiet', '--create', branch, 'main');
    writeFileSync(values, before.replace(from, to));
    git(folder, 'commit', '--quiet', '--all', `--message=${to}`);
  }
  git(folder, 'switch', '--quiet', 'main');
  // As a clone has it.
  git(folder, 'repack', '-a', '-d', '--quiet');
  const overlays = apps.flatMap((app) => overlayNames.map((name) => `${app}/overlays/${name}`));
  return { folder, charts: chartFolders, overlays, touched };
}

function git(cwd: string, ...args: string[]): void {
  const identity = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', '-c', 'gc.auto=0'];
  execFileSync('git', [...identity, ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

function write(
  folder: string,
  below: string,
  files: Readonly<Record<string, string>>,
  isWanted: (file: string) => boolean,
): void {
  for (const [name, text] of Object.entries(files)) {
    if (!isWanted(name)) continue;
    const path = join(folder, below, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function chartFiles(name: string): Record<string, string> {
  return {
    'Chart.yaml': `apiVersion: v2\nname: ${name}\ndescription: A service of the shop\ntype: application\nversion: 0.3.1\nappVersion: "1.16.0"\n`,
    'values.yaml': `replicas: 2
image:
  repository: registry.example/shop/${name}
  tag: 1.16.0
  pullPolicy: IfNotPresent
serviceAccount:
  create: true
  annotations: {}
podSecurityContext:
  runAsNonRoot: true
  runAsUser: 10001
  seccompProfile:
    type: RuntimeDefault
securityContext:
  privileged: false
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
service:
  type: ClusterIP
  port: 80
resources:
  limits:
    memory: 128Mi
  requests:
    cpu: 100m
    memory: 128Mi
config:
  LOG_LEVEL: info
  LISTEN: ":8080"
podAnnotations: {}
nodeSelector: {}
tolerations: []
affinity: {}
`,
    'templates/NOTES.txt': 'Listens at {{ include "app.fullname" . }}:{{ .Values.service.port }}.\n',
    'templates/_helpers.tpl': `{{- define "app.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "app.fullname" -}}
{{- if contains (include "app.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "app.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "app.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "app.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "app.selectorLabels" -}}
app.kubernetes.io/name: {{ include "app.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
`,
    'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      {{- include "app.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      annotations:
        checksum/config: {{ include (print $.Template.BasePath "/configmap.yaml") . | sha256sum }}
        {{- with .Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      labels:
        {{- include "app.labels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ include "app.fullname" . }}
      automountServiceAccountToken: false
      securityContext:
        {{- toYaml .Values.podSecurityContext | nindent 8 }}
      containers:
        - name: {{ .Chart.Name }}
          securityContext:
            {{- toYaml .Values.securityContext | nindent 12 }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          envFrom:
            - configMapRef:
                name: {{ include "app.fullname" . }}
          ports:
            - name: http
              containerPort: 8080
          livenessProbe:
            httpGet:
              path: /live
              port: http
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
      {{- with .Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
`,
    'templates/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  type: {{ .Values.service.type }}
  ports:
    - port: {{ .Values.service.port }}
      targetPort: http
      name: http
  selector:
    {{- include "app.selectorLabels" . | nindent 4 }}
`,
    'templates/serviceaccount.yaml': `{{- if .Values.serviceAccount.create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
  {{- with .Values.serviceAccount.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end }}
`,
    'templates/policy.yaml': policies(
      '{{ include "app.fullname" . }}',
      '      {{- include "app.selectorLabels" . | nindent 6 }}',
    ),
    'templates/configmap.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "app.fullname" . }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
data:
  {{- range $key, $value := .Values.config }}
  {{ $key }}: {{ $value | quote }}
  {{- end }}
`,
  };
}

/** Nothing in or out of the namespace, but what the pods of the application serve. */
function policies(name: string, labels: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}-deny
spec:
  podSelector: {}
  policyTypes:
    - Ingress
    - Egress
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
spec:
  podSelector:
    matchLabels:
${labels}
  policyTypes:
    - Ingress
    - Egress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              role: gateway
      ports:
        - port: 8080
`;
}

function appFiles(name: string, more: readonly string[]): Record<string, string> {
  const overlays = overlayNames.map((overlay, index): [string, string][] => [
    [
      `overlays/${overlay}/kustomization.yaml`,
      `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: ${name}-${overlay}
resources:
  - ../../base
patches:
  - path: replicas.yaml
images:
  - name: registry.example/${name}
    newTag: 2.${index}.0
`,
    ],
    [
      `overlays/${overlay}/replicas.yaml`,
      `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: ${index + 1}
`,
    ],
  ]);
  return {
    'base/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - deployment.yaml
  - service.yaml
${more.map((file) => `  - ${file}\n`).join('')}labels:
  - pairs:
      app.kubernetes.io/name: ${name}
    includeSelectors: true
`,
    'base/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: web
          image: registry.example/${name}:2.0.0
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop:
                - ALL
          ports:
            - name: http
              containerPort: 8080
          livenessProbe:
            httpGet:
              path: /live
              port: http
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          resources:
            limits:
              memory: 64Mi
            requests:
              cpu: 50m
              memory: 64Mi
`,
    'base/policy.yaml': policies(name, `      app: ${name}`),
    'base/service.yaml': `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  selector:
    app: ${name}
  ports:
    - name: http
      port: 80
      targetPort: http
`,
    ...Object.fromEntries(overlays.flat()),
  };
}
