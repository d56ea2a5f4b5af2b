import { and, defineCheck, dig, type Gathered, int, list, policyLines, str, strings } from '../src/check.ts';

export default defineCheck({
  id: 'argocd-project-role-wildcard',
  title: 'Project role grants too much',
  category: 'gitops',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['AppProject.argoproj.io'],
  why: 'Whoever has the role, or a token of it, controls all that the project deploys.',
  remedy: 'Grant single actions, expire tokens.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098'] },
  run(resource) {
    let found: Gathered;
    for (const [index, role] of list(dig(resource.manifest, 'spec', 'roles')).entries()) {
      const name = str(dig(role, 'name')) ?? `number ${index + 1}`;
      for (const [line, text] of strings(dig(role, 'policies')).entries())
        for (const { kind, fields } of policyLines(text)) {
          const [, what = '', action = '', object = '', effect = 'allow'] = fields;
          if (kind !== 'p' || effect !== 'allow') continue;
          const wide = object === '*' || object.endsWith('/*');
          const strong =
            action === '*' || ['override', 'delete'].includes(action) || (what === 'exec' && action === 'create');
          if ((wide && strong) || object === '*/*')
            found = and(found, {
              at: ['spec', 'roles', index, 'policies', line],
              message: `Role "${name}" may ${action === '*' ? 'do anything to' : action} ${what} ${object}.`,
            });
        }
      for (const [token, jwt] of list(dig(role, 'jwtTokens')).entries())
        if ((int(dig(jwt, 'exp')) ?? 0) === 0)
          found = and(found, {
            at: ['spec', 'roles', index, 'jwtTokens', token],
            message: `A token of role "${name}" never expires.`,
          });
    }
    return found;
  },
});
