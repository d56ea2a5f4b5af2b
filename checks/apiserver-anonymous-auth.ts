import {
  atLeast,
  defineCheck,
  dig,
  judgeSettings,
  list,
  type Resource,
  scalarText,
  type SettingRule,
} from '../src/check.ts';

const rule: SettingRule = {
  flag: 'anonymous-auth',
  passes: (value) => value === 'false',
  fault: 'so requests without credentials are let in',
  fix: 'false',
  risky: true,
};

/** Where a configuration says who is let in. The server refuses to start when the flag is given, too. */
const configured: SettingRule = {
  ...rule,
  passes: (value, component) =>
    value === 'false' || (value === undefined && component.flag('authentication-config') !== undefined),
};

/** Whether the configuration lets nobody in anonymously, or only to the health endpoints. */
function limitsAnonymous(configuration: Resource): boolean {
  const anonymous = configuration.manifest.anonymous;
  if (dig(anonymous, 'enabled') === false) return true;
  const conditions = list(dig(anonymous, 'conditions'));
  return (
    conditions.length > 0 &&
    conditions.every((one) => ['/healthz', '/livez', '/readyz'].includes(scalarText(dig(one, 'path'))))
  );
}

export default defineCheck({
  id: 'apiserver-anonymous-auth',
  title: 'API server accepts anonymous requests',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'Requests without any credentials are let in and then depend on RBAC alone.',
  remedy: 'Set --anonymous-auth=false.',
  standards: {
    nsa: ['Authentication and authorization: authentication'],
    cis: ['1.2.1'],
    mitre: ['T1078.001', 'T1190'],
  },
  peers: { checkov: ['CKV_K8S_68'], trivy: ['KCV-0001'], kubescape: ['C-0113'] },
  *run(set, context) {
    const limited =
      atLeast(context.kubeVersion, 32) &&
      set.ofKind('AuthenticationConfiguration.apiserver.config.k8s.io').some(limitsAnonymous);
    yield* judgeSettings(set, ['kube-apiserver'], [limited ? configured : rule]);
  },
});
