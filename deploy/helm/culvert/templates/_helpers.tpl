{{- define "culvert.name" -}}
{{- printf "%s" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "culvert.selector" -}}
app.kubernetes.io/name: culvert
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "culvert.labels" -}}
{{ include "culvert.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{/* A variable that names a mounted file of a Secret; nothing where the Secret has no name. */}}
{{- define "culvert.secretVariable" -}}
{{- if .secret.name }}
- name: {{ .variable }}_FILE
  value: /secrets/{{ .mount }}/{{ .secret.key }}
{{- end }}
{{- end -}}

{{- define "culvert.secretVolume" -}}
{{- if .secret.name }}
- name: secret-{{ .mount }}
  secret:
    secretName: {{ .secret.name }}
    defaultMode: 0440
    items: [{ key: {{ .secret.key }}, path: {{ .secret.key }} }]
{{- end }}
{{- end -}}

{{- define "culvert.secretMount" -}}
{{- if .secret.name }}
- name: secret-{{ .mount }}
  mountPath: /secrets/{{ .mount }}
  readOnly: true
{{- end }}
{{- end -}}
