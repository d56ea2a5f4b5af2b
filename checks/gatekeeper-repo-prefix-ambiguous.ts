import { and, defineCheck, dig, type Gathered, strings } from '../src/check.ts';

export default defineCheck({
  id: 'gatekeeper-repo-prefix-ambiguous',
  title: 'Gatekeeper repository prefix can be extended by an attacker',
  category: 'admission',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['K8sAllowedRepos.constraints.gatekeeper.sh'],
  why: 'Entries are compared as plain prefixes: registry.example.evil.io passes for registry.example.',
  remedy: 'End the entry with a slash.',
  standards: { mitre: ['T1195.002'] },
  peers: { trivy: ['KSV-0124'] },
  run(resource) {
    let found: Gathered;
    for (const [index, entry] of strings(dig(resource.manifest, 'spec', 'parameters', 'repos')).entries()) {
      const open = !/[/:]/.test(entry);
      const hub = /^docker\.io\/[^/]*$/.test(entry);
      if (open || hub)
        found = and(found, {
          at: ['spec', 'parameters', 'repos', index],
          message: `The prefix ${entry} also lets through what merely begins with it.`,
        });
    }
    return found;
  },
});
