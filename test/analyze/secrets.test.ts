import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checks } from '../../checks/index.ts';
import { judge } from '../../src/analyze/run.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { resourcesOf } from '../../src/manifest/resource.ts';

/** One credential wherever manifests can carry one. */
const manifests = (token: string): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, annotations: { example.com/note: "${token}" } }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web }, annotations: { example.com/note: "${token}" } }
    spec:
      containers:
        - name: app
          image: registry.example/web:1.0.0
          command: [app, "--token=${token}", --password, "${token}"]
          args: ["${token}"]
          env: [{ name: DB_PASSWORD, value: "${token}" }, { name: PLAIN, value: "${token}" }]
          livenessProbe: { exec: { command: [check, "--api-key=${token}"] } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { plain: "${token}", app.properties: "db.password=${token}\\n" }
binaryData: { token: "${Buffer.from(token).toString('base64')}" }
---
apiVersion: v1
kind: Secret
metadata: { name: login }
stringData: { password: "${token}" }
data: { token: "${Buffer.from(token).toString('base64')}" }
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web, namespace: argocd }
spec: { source: { helm: { parameters: [{ name: dbPassword, value: "${token}" }] } } }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: web }
spec: { values: { db: { password: "${token}" } } }
`;

function found(token: string): ReturnType<typeof judge>['found'] {
  const resources = parseManifests(manifests(token)).documents.flatMap((document, index) =>
    resourcesOf(document, { unit: 'plain:.', namespace: '', origin: { file: '' }, firstIndex: index }),
  );
  const { found, problems } = judge(resources, { checks, kubeVersion: { major: 1, minor: 35 }, redundant: true });
  expect(problems).toEqual([]);
  return found;
}

test('a credential is found wherever it stands, and no finding of any check says it', () => {
  const tokens = fc.oneof(
    fc.stringMatching(/^ghp_[A-Za-z0-9]{36}$/),
    fc.stringMatching(/^glpat-[A-Za-z0-9_]{20}$/),
    fc.stringMatching(/^xoxb-[0-9]{12}-[0-9]{12}-[A-Za-z0-9]{24}$/),
    fc.stringMatching(/^postgres:\/\/app:[a-z0-9]{12}@db\.internal\/orders$/),
  );
  fc.assert(
    fc.property(tokens, (token) => {
      const findings = found(token);
      const places = findings
        .filter(({ check }) => /^secret-in-|^plaintext-secret|^argocd-secret-in/.test(check.id))
        .map(({ check, resource, violation }) => `${check.id} ${resource.kind} ${violation.at.slice(-2).join('.')}`);
      expect(new Set(places)).toEqual(
        new Set([
          'secret-in-annotation Deployment annotations.example.com/note',
          'secret-in-command Deployment command.1',
          'secret-in-command Deployment command.3',
          'secret-in-command Deployment args.0',
          'secret-in-command Deployment command.1',
          'secret-in-env-value Deployment 0.value',
          'secret-in-env-value Deployment 1.value',
          'secret-in-configmap ConfigMap data.plain',
          'secret-in-configmap ConfigMap data.app.properties',
          'secret-in-configmap ConfigMap binaryData.token',
          'plaintext-secret-manifest Secret data.token',
          'argocd-secret-in-parameters Application 0.value',
          'argocd-secret-in-parameters HelmRelease db.password',
        ]),
      );
      const secret = token.startsWith('postgres') ? token.slice(15, 27) : token;
      const said = JSON.stringify(findings.map(({ violation: { at, message, fix } }) => ({ at, message, fix })));
      expect(said).not.toContain(secret);
      expect(said).not.toContain(Buffer.from(token).toString('base64'));
    }),
    { numRuns: 25 },
  );
});
