import { and, compareVersions, defineCheck, type Gathered, imagesOf, tagVersion } from '../src/check.ts';

export default defineCheck({
  id: 'known-vulnerable-component-image',
  title: 'Image tag of a cluster component has a known critical CVE',
  category: 'supply-chain',
  severity: 'high',
  default: 'on',
  on: 'pod',
  why: "The hole is public and gives an attacker the component's rights, often those of the whole cluster.",
  remedy: 'Upgrade to the fixed version named in the message.',
  standards: { nsa: ['Upgrading and application security practices'], mitre: ['T1190'] },
  peers: {
    kubescape: ['C-0059', 'C-0081', 'C-0090', 'C-0091'],
    kyverno: ['other/check-ingress-nginx-controller-version-and-annotation-policy'],
  },
  run(pod) {
    let found: Gathered;
    for (const { image, at, who } of imagesOf(pod)) {
      const versions = anyComponent.test(image.repository) ? versionsOf(image.tag) : undefined;
      if (versions === undefined) continue;
      const { text, oldest, newest } = versions;
      for (const flaw of flaws)
        if (
          flaw.repository.test(image.repository) &&
          flaw.ranges.some(([from, below]) => compareVersions(oldest, from) >= 0 && compareVersions(newest, below) < 0)
        )
          found = and(found, {
            at,
            message: `${who} runs ${image.base} ${text}, open to ${flaw.cve}; fixed in ${flaw.fixed}.`,
          });
    }
    return found;
  },
});

/** The versions that a tag may be: `1.11` moves from 1.11.0 to the newest of them, so only a flaw of all of them is sure. */
function versionsOf(
  tag: string | undefined,
): { text: string; oldest: readonly number[]; newest: readonly number[] } | undefined {
  const oldest = tagVersion(tag);
  if (oldest === undefined) return undefined;
  const text = /\d+(?:\.\d+){0,2}/.exec(tag ?? '')?.[0] ?? '';
  const written = text.split('.').length;
  return { text, oldest, newest: oldest.map((part, index) => (index < written ? part : Infinity)) };
}

type Version = readonly [number, number, number];
/** A version range, the end exclusive. */
interface Flaw {
  cve: string;
  repository: RegExp;
  ranges: readonly (readonly [from: Version, below: Version])[];
  fixed: string;
}

const ingressNginx = /(?:\/ingress-nginx\/controller|ingress-nginx-controller|nginx-ingress-controller)[^/]*$/;

/** As of August 2026. */
const flaws: readonly Flaw[] = [
  {
    cve: 'CVE-2022-24348',
    repository: /\/argocd$/,
    ranges: [
      [
        [0, 0, 0],
        [2, 1, 9],
      ],
      [
        [2, 2, 0],
        [2, 2, 4],
      ],
    ],
    fixed: '2.1.9 and 2.2.4',
  },
  {
    cve: 'CVE-2022-39328',
    repository: /\/grafana(?:-oss|-enterprise)?$/,
    ranges: [
      [
        [9, 2, 0],
        [9, 2, 4],
      ],
    ],
    fixed: '9.2.4',
  },
  {
    cve: 'CVE-2022-47633',
    repository: /\/kyverno$/,
    ranges: [
      [
        [1, 8, 3],
        [1, 8, 5],
      ],
    ],
    fixed: '1.8.5',
  },
  {
    cve: 'CVE-2021-25742',
    repository: ingressNginx,
    ranges: [
      [
        [0, 0, 0],
        [0, 49, 1],
      ],
      [
        [1, 0, 0],
        [1, 0, 1],
      ],
    ],
    fixed: '0.49.1 and 1.0.1',
  },
  {
    cve: 'CVE-2025-1974',
    repository: ingressNginx,
    ranges: [
      [
        [0, 0, 0],
        [1, 11, 5],
      ],
      [
        [1, 12, 0],
        [1, 12, 1],
      ],
    ],
    fixed: '1.11.5 and 1.12.1',
  },
];

/** One look instead of one a flaw. */
const anyComponent = new RegExp(flaws.map(({ repository }) => repository.source).join('|'));
