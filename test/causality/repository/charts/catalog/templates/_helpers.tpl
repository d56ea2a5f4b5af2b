{{- define "catalog.fullname" -}}
{{- default (printf "%s-%s" .Release.Name .Chart.Name) .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "catalog.podSpec" -}}
{{- $root := index . 0 -}}
{{- $worker := index . 1 -}}
serviceAccountName: {{ include "catalog.fullname" $root }}
restartPolicy: {{ $worker.restartPolicy | default "OnFailure" }}
containers:
  {{- include "common.container" (dict "name" "work" "values" $worker "root" $root) | nindent 2 }}
{{- end -}}
