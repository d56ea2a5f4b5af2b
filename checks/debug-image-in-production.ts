import {
  below,
  type ContainerSubject,
  defineCheck,
  endsByItself,
  imageOf,
  isBelowAny,
  isKind,
  Label,
  printable,
  str,
  textOption,
} from '../src/check.ts';

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
      /(?:^|[^a-z])debug(?:[^a-z]|$)/i.test(image.tag ?? '');
    if (isTool)
      return {
        at: below(container.path, 'image'),
        message: `${Label(container)} runs the tool image ${printable(str(container.spec.image))}.`,
      };
  },
});

/** Templates of workflows and tasks run to their end, too, and so does a Pod that is not started again. */
function isLongRunning({ resource, pod }: ContainerSubject): boolean {
  return isKind(resource, ['LongRunningWorkload']) && !isKind(resource, templates) && !endsByItself(pod);
}

const templates = [
  'WorkflowTemplate.argoproj.io',
  'ClusterWorkflowTemplate.argoproj.io',
  'CronWorkflow.argoproj.io',
  'Task.tekton.dev',
];
