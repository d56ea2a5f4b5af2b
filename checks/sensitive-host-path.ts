import {
  and,
  defineCheck,
  type Gathered,
  hostPathsOf,
  imageOf,
  isSensitivePath,
  isWithin,
  mountsFor,
  type PodSubject,
  type VolumeSubject,
} from '../src/check.ts';

export default defineCheck({
  id: 'sensitive-host-path',
  title: 'hostPath reaches a sensitive node directory',
  category: 'pod-security',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: "Through these directories a container reads the node's keys, replaces its programs or talks to its devices: it is as good as root on the node.",
  remedy: 'Remove the volume or narrow it to the exact application-owned directory.',
  standards: {
    pss: ['baseline/hostPathVolumes'],
    nsa: ['Kubernetes Pod security: Pod security enforcement'],
    cis: ['5.2.12'],
    mitre: ['T1611', 'T1552'],
  },
  peers: {
    trivy: ['KSV-0121'],
    'kube-linter': ['sensitive-host-mounts'],
    kubesec: ['ProcMount'],
    kyverno: ['other/limit-hostpath-vols'],
  },
  suppressedBy: ['container-runtime-socket-mount'],
  run(pod) {
    let found: Gathered;
    for (const volume of hostPathsOf(pod)) {
      if (volume.hostPath === '' || !isSensitivePath(volume.hostPath)) continue;
      found = and(found, {
        at: volume.at,
        message: `${volume.label} reaches ${volume.hostPath} of the node.`,
        about: volume.about,
        ...(isLogReading(pod, volume) ? { severity: 'info' as const } : {}),
      });
    }
    return found;
  },
});

/** By the last part of the image's name, alone or with a word before or behind it: aws-for-fluent-bit, filebeat-oss. */
const logCollectors =
  /^agent$|(?:^|-)(?:fluentd|fluent-bit|promtail|alloy|grafana-agent|filebeat|elastic-agent|logstash|vector|telegraf|datadog-agent|cloudwatch-agent|splunk|newrelic|otel\w*|opentelemetry-collector|loki)(?:-|$)/;

/** /var/log, read-only in every container that mounts it, and all of those are known log collectors. */
function isLogReading(pod: PodSubject, volume: VolumeSubject & { hostPath: string }): boolean {
  const mounts = mountsFor(pod, volume);
  return (
    isWithin(volume.hostPath, '/var/log') &&
    mounts.length > 0 &&
    mounts.every((mount) => mount.spec.readOnly === true && logCollectors.test(imageOf(mount.container).base))
  );
}
