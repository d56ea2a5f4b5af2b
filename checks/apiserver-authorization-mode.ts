import { defineCheck, dig, items, judgeSettings, list, type SettingRule, str, textOption } from '../src/check.ts';

/** A server that is told no mode lets everybody do everything. */
function isStrong(modes: readonly string[], required: readonly string[]): boolean {
  return modes.length > 0 && required.every((mode) => modes.includes(mode)) && !modes.includes('AlwaysAllow');
}

const needed = (required: readonly string[]): string =>
  required.length === 0 ? '' : `${required.join(' and ')} ${required.length === 1 ? 'is' : 'are'} needed`;

export default defineCheck({
  id: 'apiserver-authorization-mode',
  title: 'API server authorization mode is weak',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'With AlwaysAllow everyone is administrator; without Node a kubelet reads every Secret, and without RBAC roles mean nothing.',
  remedy: 'Set --authorization-mode=Node,RBAC.',
  standards: {
    nsa: ['Authentication and authorization: role-based access control'],
    cis: ['1.2.6', '1.2.7', '1.2.8'],
    mitre: ['T1078'],
  },
  peers: {
    checkov: ['CKV_K8S_74', 'CKV_K8S_75', 'CKV_K8S_77'],
    trivy: ['KCV-0007', 'KCV-0008', 'KCV-0009'],
    kubescape: ['C-0088', 'C-0118', 'C-0119', 'C-0120'],
  },
  options: {
    required: { type: 'strings', describe: 'Modes that must be there.', default: ['Node', 'RBAC'] },
  },
  *run(set, { options }) {
    const required = textOption(options.required);
    const rule: SettingRule = {
      flag: 'authorization-mode',
      passes: (value, component) =>
        (value === undefined && component.flag('authorization-config') !== undefined) ||
        isStrong(items(value), required),
      fault: `where ${required.length === 0 ? '' : `${needed(required)} and `}AlwaysAllow must not be`,
    };
    yield* judgeSettings(set, ['kube-apiserver'], [rule]);
    for (const resource of set.ofKind('AuthorizationConfiguration.apiserver.config.k8s.io')) {
      const modes = list(resource.manifest.authorizers).map((one) => str(dig(one, 'type')) ?? '');
      if (!isStrong(modes, required))
        yield {
          resource,
          at: ['authorizers'],
          message: `The authorizers are ${modes.join(', ') || 'none'}; ${required.length === 0 ? '' : `${needed(required)}, `}AlwaysAllow must not be there.`,
        };
    }
  },
});
