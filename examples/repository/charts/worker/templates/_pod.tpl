{{- define "worker.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10003
runAsGroup: 10003
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "worker.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
