import {
  and,
  commandItems,
  containersOf,
  type ContainerSubject,
  defineCheck,
  dig,
  type Gathered,
  str,
  strings,
} from '../src/check.ts';

function isArgoServer(container: ContainerSubject): boolean {
  const words = [...strings(container.spec.command), ...strings(container.spec.args)];
  return container.name === 'argocd-server' || words.some((word) => /(?:^|[\s/])argocd-server(?:\s|$)/.test(word));
}

export default defineCheck({
  id: 'argocd-anonymous-access',
  title: 'Argo CD allows anonymous users or disables authentication',
  category: 'gitops',
  severity: 'critical',
  default: 'on',
  on: 'resource',
  kinds: ['ConfigMap', 'Deployment.apps'],
  why: 'Anyone who reaches the server sees, and with a wide default policy changes, what is deployed.',
  remedy: 'Remove the setting.',
  standards: { nsa: ['Authentication and authorization: authentication'], mitre: ['T1078.001', 'T1190'] },
  run(resource, context) {
    let found: Gathered;
    if (resource.kind === 'ConfigMap') {
      const at = ['data', 'users.anonymous.enabled'];
      if (resource.name === 'argocd-cm' && dig(resource.manifest, ...at) === 'true') {
        const rbac = context.set
          .ofKind('ConfigMap')
          .find((one) => one.name === 'argocd-rbac-cm' && one.namespace === resource.namespace);
        const policy = str(dig(rbac?.manifest, 'data', 'policy.default')) ?? '';
        found = and(found, {
          at,
          message: `Argo CD lets anonymous users in${policy === '' ? '' : `, with the rights of ${policy}`}.`,
          ...(policy === '' || policy === 'role:readonly' ? { severity: 'high' } : {}),
          fix: {
            description: 'Set users.anonymous.enabled to "false".',
            edits: [{ op: 'set', path: at, value: 'false' }],
          },
        });
      }
      const off = ['data', 'server.disable.auth'];
      if (resource.name === 'argocd-cmd-params-cm' && dig(resource.manifest, ...off) === 'true')
        found = and(found, { at: off, message: 'Argo CD does not authenticate anyone.' });
    }
    for (const container of containersOf(resource))
      for (const { text, at } of commandItems(container))
        if (/(?:^|\s)--disable-auth(?:=true)?(?:\s|$)/.test(text) && isArgoServer(container))
          found = and(found, { at, message: 'Argo CD does not authenticate anyone.' });
    return found;
  },
});
