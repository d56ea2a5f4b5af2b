import { and, annotationsOf, defineCheck, type Gathered, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'ingress-nginx-annotation-injection',
  title: 'Ingress annotation value tries to inject nginx directives',
  category: 'network',
  severity: 'critical',
  default: 'on',
  on: 'resource',
  kinds: ['Ingress.networking.k8s.io'],
  why: 'Such a value breaks out of the generated proxy configuration and runs code or reads files in the controller, whose token opens the Secrets of the cluster.',
  remedy: 'Remove the annotation.',
  standards: { nsa: ['Upgrading and application security practices'], mitre: ['T1190', 'T1552'] },
  peers: {
    checkov: ['CKV_K8S_152', 'CKV_K8S_154'],
    trivy: ['KCV-0093'],
    kyverno: [
      'nginx-ingress/restrict-annotations',
      'other/check-ingress-nginx-controller-version-and-annotation-policy',
    ],
  },
  run(ingress) {
    let found: Gathered;
    for (const { key, value, at } of annotationsOf(ingress)) {
      const slash = key.indexOf('/');
      if (!['nginx.ingress.kubernetes.io', 'nginx.org'].includes(key.slice(0, slash))) continue;
      const bad = contents.find(({ isIn }) => isIn(value));
      const escapes = plainValues.has(key.slice(slash + 1)) && /[\r\n"'`{}#;]/.test(value);
      if (bad !== undefined || escapes)
        found = and(found, {
          at,
          message: `${labelOf(ingress)}: the value of ${key} ${bad?.what ?? 'carries characters that end a directive'}.`,
        });
    }
    return found;
  },
});

const contents: readonly { isIn: (value: string) => boolean; what: string }[] = [
  { isIn: (value) => /lua_|_by_lua/.test(value), what: 'runs Lua code' },
  { isIn: (value) => mapsFiles(value), what: 'maps files of the controller' },
  {
    isIn: (value) =>
      /\/etc\/(?:passwd|shadow|nginx|ingress-controller)|\/var\/run\/secrets|(?<!:\/)\/kubernetes\.io\//.test(value),
    what: 'names a file of the controller',
  },
];

/** A directive `alias` or `root` with its semicolon; the words mean nothing in a comment or between quotes. */
function mapsFiles(value: string): boolean {
  return /(?:^|[;{}\n])(?:[^;{}\n"'#]*\s)?(?:alias|root)(?![\w-])/.test(value.slice(0, value.lastIndexOf(';') + 1));
}

/** Annotations whose value is one plain word or URL. */
const plainValues = new Set([
  'auth-url',
  'auth-tls-match-cn',
  'auth-tls-verify-client',
  'mirror-target',
  'mirror-host',
]);
