import {
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  isMap,
  type Json,
  labelOf,
  list,
  map,
  spec,
  str,
  strings,
} from '../src/check.ts';

export default defineCheck({
  id: 'mesh-authorization-policy-allow-all',
  title: 'Authorization policy allows everyone',
  category: 'network',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['AuthorizationPolicy.security.istio.io'],
  why: 'The rule looks like access control but lets every request through.',
  remedy: 'Name principals, namespaces and operations.',
  standards: { nsa: ['Audit logging and threat detection: service meshes'], mitre: ['T1021'] },
  run(policy) {
    const { action, rules } = map(spec(policy));
    const kind = str(action) ?? 'ALLOW';
    let found: Gathered;
    if (kind === 'DENY' && list(rules).length === 0)
      found = and(found, {
        at: ['spec', 'rules'],
        message: `${labelOf(policy)} has no rule and denies nothing.`,
        severity: 'low',
      });
    for (const [index, rule] of list(rules).entries()) {
      const at = ['spec', 'rules', index];
      if (kind === 'ALLOW' && allowsAll(rule))
        found = and(found, { at, message: `${labelOf(policy)}: rule ${index + 1} allows every request.` });
      for (const [position, to] of list(dig(rule, 'to')).entries())
        if (list(dig(to, 'operation', 'notPaths')).length > 0 && list(dig(to, 'operation', 'paths')).length === 0)
          found = and(found, {
            at: below(at, 'to', position),
            message: `${labelOf(policy)}: rule ${index + 1} names only the paths that it is not for.`,
            severity: 'low',
          });
    }
    return found;
  },
});

function allowsAll(rule: Json): boolean {
  if (!isMap(rule)) return false;
  if (list(rule.to).length > 0 || list(rule.when).length > 0) return false;
  const from = list(rule.from);
  return (
    from.length === 0 ||
    from.some((one) => {
      const source = map(dig(one, 'source'));
      return Object.entries(source).every(
        ([key, value]) =>
          ['principals', 'namespaces'].includes(key) &&
          strings(value).length > 0 &&
          strings(value).every((item) => item === '*'),
      );
    })
  );
}
