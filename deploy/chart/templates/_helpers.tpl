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
      {{- toYaml .root.Values.seccompProfile | nindent 6 }}
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
        - { name: PLIMSOLL_GRACE, value: '45' }
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
{{- end }}
