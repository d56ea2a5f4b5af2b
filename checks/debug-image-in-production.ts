import { below, defineCheck, imageOf, isBelowAny, Label, printable, str, textOption } from '../src/check.ts';

export default defineCheck({
  id: 'debug-image-in-production',
  title: 'Debug or offensive tool image is deployed',
  category: 'workload-hardening',
  severity: 'low',
  default: 'off',
  on: 'container',
  why: 'Shells, scanners and packet tools lie ready in the cluster for whoever gets into the pod.',
  remedy: 'Remove the workload or use ephemeral containers on demand.',
  standards: { mitre: ['T1588.002'] },
  options: {
    images: {
      type: 'strings',
      describe: 'Image repositories (or what they lie below) that are tools.',
      default: [
        ...['docker.io/nicolaka/netshoot', 'docker.io/kalilinux', 'docker.io/instrumentisto/nmap'],
        ...['docker.io/aquasec/kube-hunter', 'docker.io/praqma/network-multitool', 'docker.io/wbitt/network-multitool'],
      ],
    },
  },
  run(container, { options }) {
    if (container.list === 'ephemeralContainers') return;
    const image = imageOf(container);
    const isTool =
      isBelowAny(image, textOption(options.images)) ||
      (image.repository === 'docker.io/library/busybox' &&
        container.list === 'containers' &&
        isLongRunning(container)) ||
      /(?:^|[^a-z])debug(?:[^a-z]|$)/.test(image.tag ?? '');
    if (isTool)
      return {
        at: below(container.path, 'image'),
        message: `${Label(container)} runs the tool image ${printable(str(container.spec.image))}.`,
      };
  },
});

function isLongRunning({ resource: { kind } }: { resource: { kind: string } }): boolean {
  return !['Job', 'CronJob', 'Workflow', 'CronWorkflow', 'TaskRun', 'PipelineRun', 'Task'].includes(kind);
}
