{{- define "texts.render" -}}
{{- $value := typeIs "string" .value | ternary .value (.value | toYaml) }}
{{- if contains "{{" (toJson .value) }}
  {{- tpl $value .context }}
{{- else }}
  {{- $value }}
{{- end }}
{{- end -}}
{{- define "texts.color" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $own := mergeOverwrite (deepCopy $root.Values.defaults) (index . 2) -}}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $root.Values.name }}-{{ $name }}
spec:
  selector: { matchLabels: { app: {{ $name }} } }
  template:
    metadata:
      labels: { app: {{ $name }} }
    spec:
      {{- with $own.hostIPC }}
      hostIPC: {{ . }}
      {{- end }}
      containers:
        - name: {{ $name }}
          image: {{ $own.image }}
          {{- with $own.securityContext }}
          securityContext: {{- toYaml . | nindent 12 }}
          {{- end }}
{{- end -}}
