{{- define "plimsoll.labels" -}}
app.kubernetes.io/name: plimsoll
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: plimsoll
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{- define "plimsoll.selector" -}}
app.kubernetes.io/name: plimsoll
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /* A pod of either kind: .root, .component, .command, .resources. */ -}}
{{- define "plimsoll.pod" -}}
metadata:
  labels:
    {{- include "plimsoll.labels" . | nindent 4 }}
spec:
  serviceAccountName: {{ .root.Release.Name }}
  automountServiceAccountToken: false
  enableServiceLinks: false
  terminationGracePeriodSeconds: 60
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile:
      {{- if eq .root.Values.sandbox "container" }}
      type: RuntimeDefault
      {{- else }}
      {{- toYaml .root.Values.seccompProfile | nindent 6 }}
      {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "plimsoll.selector" . | nindent 10 }}
  affinity:
    podAntiAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
        - weight: 100
          podAffinityTerm:
            topologyKey: kubernetes.io/hostname
            labelSelector:
              matchLabels:
                {{- include "plimsoll.selector" . | nindent 16 }}
  containers:
    - name: {{ .component }}
      image: {{ .root.Values.image.repository }}:{{ .root.Values.image.tag }}@{{ .root.Values.image.digest }}
      imagePullPolicy: Always
      args: [{{ .command | quote }}]
      envFrom:
        - secretRef:
            name: {{ .root.Values.secretName }}
      env:
        - { name: NODE_ENV, value: production }
        - { name: HOST, value: 0.0.0.0 }
        - { name: PORT, value: '3000' }
        - { name: PRIVATE_KEY_PATH, value: /run/plimsoll/private-key.pem }
        - { name: PLIMSOLL_CACHE, value: /var/cache/plimsoll }
        - { name: PLIMSOLL_CACHE_MAX, value: {{ .root.Values.cache.max | quote }} }
        - { name: PLIMSOLL_GRACE, value: '45' }
        {{- with .root.Values.tracing.endpoint }}
        - { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
        {{- end }}
        {{- if eq .root.Values.sandbox "container" }}
        - { name: PLIMSOLL_SANDBOX_SOCKET, value: /run/renderer/renderer.sock }
        {{- end }}
      ports:
        - { name: http, containerPort: 3000, protocol: TCP }
      startupProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 2
        failureThreshold: 30
      livenessProbe:
        httpGet: { path: /healthz, port: http }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: { path: /readyz, port: http }
        periodSeconds: 5
        timeoutSeconds: 5
      resources:
        {{- toYaml .resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        privileged: false
        runAsNonRoot: true
        capabilities:
          drop: [ALL]
      volumeMounts:
        - { name: cache, mountPath: /var/cache/plimsoll }
        - { name: tmp, mountPath: /tmp }
        - { name: private-key, mountPath: /run/plimsoll, readOnly: true }
        {{- if eq .root.Values.sandbox "container" }}
        - { name: renderer-socket, mountPath: /run/renderer }
    - name: renderer
      image: {{ .root.Values.image.repository }}:{{ .root.Values.image.tag }}@{{ .root.Values.image.digest }}
      imagePullPolicy: Always
      args: [renderer]
      env:
        - { name: HOME, value: /tmp }
        - { name: PLIMSOLL_SANDBOX_SOCKET, value: /run/renderer/renderer.sock }
        - { name: PLIMSOLL_CACHE, value: /var/cache/plimsoll }
      startupProbe:
        exec: { command: [test, -S, /run/renderer/renderer.sock] }
        periodSeconds: 2
        failureThreshold: 30
      livenessProbe:
        # It greets whoever connects.
        exec:
          command:
            - node
            - -e
            - require('node:net').connect(process.env.PLIMSOLL_SANDBOX_SOCKET).once('data', () => process.exit(0)).once('error', () => process.exit(1))
        periodSeconds: 30
        timeoutSeconds: 10
        failureThreshold: 3
      readinessProbe:
        exec: { command: [test, -S, /run/renderer/renderer.sock] }
        periodSeconds: 5
      resources:
        {{- toYaml .root.Values.renderer.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        privileged: false
        runAsNonRoot: true
        capabilities:
          drop: [ALL]
        seccompProfile:
          {{- toYaml .root.Values.seccompProfile | nindent 10 }}
      volumeMounts:
        - { name: renderer-cache, mountPath: /var/cache/plimsoll }
        - { name: renderer-tmp, mountPath: /tmp }
        - { name: renderer-socket, mountPath: /run/renderer }
        {{- end }}
  volumes:
    - name: cache
      emptyDir: { sizeLimit: 6Gi }
    - name: tmp
      emptyDir: { sizeLimit: 1Gi }
    - name: private-key
      secret:
        secretName: {{ .root.Values.secretName }}
        defaultMode: 0440
        items:
          - { key: private-key.pem, path: private-key.pem }
    {{- if eq .root.Values.sandbox "container" }}
    - name: renderer-cache
      emptyDir: { sizeLimit: 6Gi }
    - name: renderer-tmp
      emptyDir: { sizeLimit: 1Gi }
    - name: renderer-socket
      emptyDir: { sizeLimit: 1Mi }
    {{- end }}
{{- end }}
