import { and, below, defineCheck, type Gathered, ingressPaths, labelOf } from '../src/check.ts';

export default defineCheck({
  id: 'ingress-nginx-sensitive-path',
  title: 'Ingress path addresses controller files',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['Ingress.networking.k8s.io'],
  why: "The path reaches the generated proxy configuration: such values read the controller's files and its token (CVE-2021-25745).",
  remedy: 'Use an application path.',
  standards: { mitre: ['T1552'] },
  peers: { kyverno: ['nginx-ingress/restrict-ingress-paths'] },
  run(ingress) {
    let found: Gathered;
    for (const { path, at } of ingressPaths(ingress))
      if (
        /\/(?:etc|root|var\/run\/secrets|var\/run\/kubernetes\/serviceaccount)(?![\w-])/.test(path) ||
        /[;{}"'`\s\\]/.test(path.replaceAll(regularParts, ''))
      )
        found = and(found, {
          at: below(at, 'path'),
          message: `${labelOf(ingress)} has a path that reaches into the controller: ${path.trim()}.`,
        });
    return found;
  },
});

/** Of a path that is a regular expression: escapes, and how often something comes. */
const regularParts = /\\[\w./?+*()|^$[\]-]|\{\d{1,4}(?:,\d{0,4})?\}/g;
