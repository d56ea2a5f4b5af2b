import {
  accountAt,
  accountOf,
  defineCheck,
  dig,
  mountsToken,
  type PodSubject,
  str,
  type WorkloadSet,
} from '../src/check.ts';

export default defineCheck({
  id: 'default-service-account-used',
  title: 'Pod runs as the default service account',
  category: 'rbac',
  severity: 'low',
  default: 'off',
  on: 'pod',
  why: 'Rights given to the default account reach every pod of the namespace, so none of them can be told apart or limited.',
  remedy: 'Create a dedicated service account, or switch token mounting off.',
  standards: {
    nsa: ['Kubernetes Pod security: protecting Pod service account tokens'],
    cis: ['5.1.5'],
    mitre: ['T1078.001'],
  },
  peers: {
    checkov: ['CKV_ARGO_1'],
    'kube-linter': ['default-service-account'],
    kubescape: ['C-0189'],
    kubesec: ['ServiceAccountName'],
  },
  suppressedBy: ['service-account-token-automount'],
  options: {
    strict: { type: 'boolean', describe: 'Also report pods that mount no token.', default: false },
  },
  run(pod, { options, set }) {
    const mounts = mountsToken(pod, set);
    if (!pod.settable || accountOf(pod) !== 'default' || (!mounts && options.strict !== true)) return;
    if (isWorkflow(pod) && namesNone(pod) && controllerGivesAccount(set)) return;
    return {
      at: accountAt(pod),
      message: `The pod runs as the default service account${mounts ? ' and mounts its token' : ''}.`,
    };
  },
});

const isWorkflow = ({ resource }: PodSubject): boolean =>
  resource.apiVersion.startsWith('argoproj.io/') && resource.kind.includes('Workflow');

const namesNone = ({ spec }: PodSubject): boolean => (str(spec.serviceAccountName) ?? '') === '';

/** Whether the controller of Argo Workflows fills in an account. */
function controllerGivesAccount(set: WorkloadSet): boolean {
  return set
    .ofKind('ConfigMap')
    .some(
      ({ name, manifest }) =>
        name === 'workflow-controller-configmap' &&
        /^ *serviceAccountName: *["']?(?!["']|default["']?\s*$)\S/m.test(
          str(dig(manifest, 'data', 'workflowDefaults')) ?? '',
        ),
    );
}
