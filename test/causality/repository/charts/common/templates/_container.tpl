{{/* A container of a workload: values, name, root. */}}
{{- define "common.container" -}}
- name: {{ .name }}
  image: {{ include "common.image" (dict "image" .values.image "global" .root.Values.global) }}
  {{- with .values.command }}
  command:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if .values.securityContext }}
  securityContext: {{- toYaml .values.securityContext | nindent 4 }}
  {{- end }}
  {{- if .values.resources }}
  resources:
    {{- toYaml .values.resources | nindent 4 }}
  {{- else }}
  resources:
    requests: { cpu: 10m }
  {{- end }}
{{- end -}}

{{- define "common.image" -}}
{{- $registry := .image.registry | default .global.imageRegistry -}}
{{- if .image.digest -}}
{{ printf "%s/%s@%s" $registry .image.repository .image.digest }}
{{- else -}}
{{ printf "%s/%s:%s" $registry .image.repository (.image.tag | toString) }}
{{- end -}}
{{- end -}}

{{- define "common.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
