import { type Component, defineCheck, given, items, judgeSettings, type SettingRule } from '../src/check.ts';

const wanted: SettingRule[] = [
  given('peer-cert-file', 'so members talk without TLS'),
  given('peer-key-file', 'so members talk without TLS'),
  { flag: 'peer-client-cert-auth', passes: (value) => value === 'true', fault: 'so anyone can join as a member' },
  {
    flag: 'peer-auto-tls',
    passes: (value) => value !== 'true',
    fault: 'so members use certificates that nobody can verify',
  },
];
const rules = wanted.map((rule): SettingRule => ({ ...rule, severity: ofOneMember }));

/** One member has nobody to talk to yet; without a list of members and without discovery etcd is the only one. */
function ofOneMember(component: Component): 'low' | undefined {
  const members = items(component.flag('initial-cluster')?.value);
  const isAlone =
    component.form === 'flags' && members.length === 0 && !discovery.some((name) => component.flag(name) !== undefined);
  return members.length === 1 || isAlone ? 'low' : undefined;
}

const discovery = ['discovery', 'discovery-srv', 'discovery-endpoints', 'discovery-token'];

export default defineCheck({
  id: 'etcd-peer-tls',
  title: 'etcd peers talk without verified TLS',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'workloads',
  why: 'Someone on the network can join as a member, or read and change what the members replicate: all data of the cluster.',
  remedy: 'Use peer certificates with client verification.',
  standards: { nsa: ['Network separation and hardening: encryption'], cis: ['2.4', '2.5', '2.6'], mitre: ['T1557'] },
  peers: {
    checkov: ['CKV_K8S_119', 'CKV_K8S_121'],
    trivy: ['KCV-0045', 'KCV-0046', 'KCV-0047'],
    kubescape: ['C-0156', 'C-0157', 'C-0158'],
  },
  *run(set) {
    yield* judgeSettings(set, ['etcd'], rules);
  },
});
