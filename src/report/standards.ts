import type { Standards } from '../check.ts';

/** One reference to a standard: what it is called there, and its address where that is stable. */
export interface Reference {
  label: string;
  url?: string;
}

/** A standard with what a check answers to in it. */
export interface StandardReferences {
  name: string;
  url: string;
  references: readonly Reference[];
}

const podSecurity = 'https://kubernetes.io/docs/concepts/security/pod-security-standards/';

/** The standards by which checks can be looked up, in the order in which they are listed. */
const known: readonly {
  key: keyof Standards;
  name: string;
  url: string;
  reference: (id: string) => Reference;
}[] = [
  {
    key: 'pss',
    name: 'Pod Security Standards',
    url: podSecurity,
    reference: (id) => ({
      label: id.replace('/', ': '),
      url: /^(?:baseline|restricted)\//.test(id) ? `${podSecurity}#${id.split('/')[0] ?? ''}` : podSecurity,
    }),
  },
  {
    key: 'cis',
    name: 'CIS Kubernetes Benchmark v1.12',
    url: 'https://www.cisecurity.org/benchmark/kubernetes',
    reference: (id) => ({ label: id }),
  },
  {
    key: 'nsa',
    name: 'NSA/CISA Kubernetes Hardening Guidance v1.2',
    url: 'https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF',
    reference: (id) => ({ label: id }),
  },
  {
    key: 'mitre',
    name: 'MITRE ATT&CK',
    url: 'https://attack.mitre.org/',
    reference: (id) => ({ label: id, url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}/` }),
  },
];

/** The standards a check answers to; those it does not are left out. */
export function standardsOf(standards: Standards | undefined): StandardReferences[] {
  return known.flatMap(({ key, name, url, reference }) => {
    const ids = standards?.[key] ?? [];
    return ids.length === 0 ? [] : [{ name, url, references: ids.map(reference) }];
  });
}
