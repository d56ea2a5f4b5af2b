import { defineCheck, dig, judgeSettings, list, pluginEnabled } from '../src/check.ts';

const rules = [pluginEnabled('EventRateLimit', 'without EventRateLimit, so events are not limited', 'none')];

export default defineCheck({
  id: 'apiserver-event-rate-limit-plugin',
  title: 'EventRateLimit admission plugin is not enabled',
  category: 'admission',
  severity: 'low',
  default: 'off',
  on: 'workloads',
  why: 'A client gone wild can flood the API server and etcd with events.',
  remedy: 'Enable and configure it.',
  standards: { nsa: ['Network separation and hardening: control plane hardening'], cis: ['1.2.9'], mitre: ['T1499'] },
  peers: { checkov: ['CKV_K8S_78'], trivy: ['KCV-0010'], kubescape: ['C-0121'] },
  *run(set) {
    yield* judgeSettings(set, ['kube-apiserver'], rules);
    for (const resource of set.ofKind('AdmissionConfiguration.apiserver.config.k8s.io'))
      if (!list(resource.manifest.plugins).some((plugin) => dig(plugin, 'name') === 'EventRateLimit'))
        yield { resource, at: ['plugins'], message: 'The admission configuration sets no EventRateLimit.' };
  },
});
