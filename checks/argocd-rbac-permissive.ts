import { and, defineCheck, type Gathered, map, type PolicyLine, policyLines, scalarText, str } from '../src/check.ts';

function faultOf({ kind, fields }: PolicyLine): string | undefined {
  if (kind === 'g') {
    const [member = '', role = ''] = fields;
    return role === 'role:admin' && /^(\*|system:authenticated|all|everyone|.*[-_ ]?all[-_ ]users)$/i.test(member)
      ? `Group ${member} is administrator.`
      : undefined;
  }
  const [role = '', what = '', action = '', object = '', effect = 'allow'] = fields;
  if (effect === 'deny' || role === 'role:admin') return undefined;
  // To read everything is what role:readonly may.
  const everything = what === '*' && action !== 'get' && (action === '*' || object === '*' || object === '*/*');
  const applications = what === 'applications' && action === '*' && (object === '*/*' || object === '*');
  const shell = what === 'exec' && ['create', '*'].includes(action);
  const core = ['clusters', 'repositories', 'projects'].includes(what) && action !== 'get';
  return everything || applications || shell || core
    ? `${role} may ${action === '*' ? 'do anything to' : action} ${what === '*' ? 'everything' : what} ${object}.`
    : undefined;
}

export default defineCheck({
  id: 'argocd-rbac-permissive',
  title: 'Argo CD RBAC policy is too wide',
  category: 'gitops',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['ConfigMap'],
  why: 'A wide group, or everyone who logs in, controls what is deployed, and with it the clusters.',
  remedy: 'Use role:readonly or empty as default and narrow roles.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098'] },
  run(resource) {
    if (resource.name !== 'argocd-rbac-cm') return;
    const data = map(resource.manifest.data);
    const texts = Object.entries(data)
      .filter(([key]) => /^policy(\..+)?\.csv$/.test(key))
      .map(([key, text]) => ({ key, lines: policyLines(scalarText(text)) }));
    const fallback = str(data['policy.default']) ?? '';
    const writes = texts.some(({ lines }) =>
      lines.some(({ kind, fields: [who, to, action, , effect] }) =>
        who === fallback && kind === 'p'
          ? action !== 'get' && effect !== 'deny'
          : who === fallback && to === 'role:admin',
      ),
    );
    let found: Gathered;
    if (fallback === 'role:admin' || (fallback !== '' && fallback !== 'role:readonly' && writes))
      found = and(found, {
        at: ['data', 'policy.default'],
        message: `Everyone who logs in has the rights of ${fallback}.`,
        ...(fallback === 'role:admin' ? { severity: 'critical' } : {}),
      });
    for (const { key, lines } of texts)
      for (const line of lines) {
        const fault = faultOf(line);
        if (fault !== undefined) found = and(found, { at: ['data', key], message: fault, about: line.fields.join() });
      }
    return found;
  },
});
