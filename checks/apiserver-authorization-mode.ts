import { defineCheck, dig, items, judgeSettings, list, str, type SettingRule } from '../src/check.ts';

const isStrong = (modes: readonly string[]): boolean =>
  modes.includes('Node') && modes.includes('RBAC') && !modes.includes('AlwaysAllow');

const rules: SettingRule[] = [
  {
    flag: 'authorization-mode',
    passes: (value, component) =>
      (value === undefined && component.flag('authorization-config') !== undefined) || isStrong(items(value)),
    fault: 'where Node and RBAC are needed and AlwaysAllow must not be',
  },
];

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
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
    for (const resource of set.ofKind('AuthorizationConfiguration.apiserver.config.k8s.io')) {
      const modes = list(resource.manifest.authorizers).map((one) => str(dig(one, 'type')) ?? '');
      if (!isStrong(modes))
        yield {
          resource,
          at: ['authorizers'],
          message: `The authorizers are ${modes.join(', ') || 'none'}; Node and RBAC are needed, AlwaysAllow must not be there.`,
        };
    }
  },
});
