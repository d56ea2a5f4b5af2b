import {
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  isMap,
  type JsonMap,
  labelOf,
  list,
  type Path,
  str,
  strings,
} from '../src/check.ts';

export default defineCheck({
  id: 'audit-policy-weak',
  title: 'Audit policy misses key events',
  category: 'observability',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Policy.audit.k8s.io'],
  why: 'What an attacker does leaves no trace in the audit log, or the log itself holds the secrets.',
  remedy: 'Start from the documented baseline policy.',
  standards: { nsa: ['Audit logging and threat detection: logging'], cis: ['3.2.1', '3.2.2'], mitre: ['T1562.008'] },
  peers: { kubescape: ['C-0161'] },
  run(policy) {
    const rules = list(policy.manifest.rules).flatMap((rule, index) =>
      isMap(rule) ? [{ rule, at: ['rules', index] }] : [],
    );
    let violations: Gathered;
    if (rules.length === 0) {
      violations = and(violations, { at: ['rules'], message: `${labelOf(policy)} has no rules: nothing is recorded.` });
      return violations;
    }
    const silent = rules.find(({ rule }) => isCatchAll(rule));
    if (silent?.rule.level === 'None')
      violations = and(violations, {
        at: below(silent.at, 'level'),
        message: `${labelOf(policy)} records nothing of what no earlier rule is about.`,
      });
    for (const { at, names } of leaks(rules))
      violations = and(violations, {
        at: below(at, 'level'),
        message: `${labelOf(policy)} writes the content of ${names.join(', ')} into the log.`,
      });
    const missing = mustRecord.filter(({ group, resource }) => !isRecorded(rules, group, resource));
    if (missing.length > 0)
      violations = and(violations, {
        at: ['rules'],
        message: `${labelOf(policy)} does not record ${missing.map(({ what }) => what).join(', ')}.`,
      });
    for (const { holder, at } of [
      { holder: policy.manifest, at: [] },
      ...rules.map(({ rule, at }) => ({ holder: rule, at })),
    ])
      if (strings(holder.omitStages).includes('ResponseComplete'))
        violations = and(violations, {
          at: below(at, 'omitStages'),
          message: `${labelOf(policy)} leaves out how requests ended.`,
        });
    return violations;
  },
});

interface AuditRule {
  rule: JsonMap;
  at: Path;
}

const secret = [
  { group: '', resource: 'secrets' },
  { group: '', resource: 'configmaps' },
  { group: 'authentication.k8s.io', resource: 'tokenreviews' },
];

const rbac = 'rbac.authorization.k8s.io';
const mustRecord = [
  { group: '', resource: 'pods/exec', what: 'exec into pods' },
  { group: '', resource: 'pods/attach', what: 'attaching to pods' },
  { group: '', resource: 'pods/portforward', what: 'port forwards' },
  { group: rbac, resource: 'clusterrolebindings', what: 'changes of roles' },
  { group: '', resource: 'secrets', what: 'access to Secrets' },
];

const limits = ['users', 'userGroups', 'verbs', 'namespaces', 'nonResourceURLs', 'resources'];
const isLimited = (rule: JsonMap, fields: readonly string[]): boolean =>
  fields.some((field) => list(rule[field]).length > 0);
const isCatchAll = (rule: JsonMap): boolean => !isLimited(rule, limits);

/** Whether the rule is about the resource, for some requests at least. */
function isAbout(rule: JsonMap, group: string, resource: string): boolean {
  if (list(rule.nonResourceURLs).length > 0 && list(rule.resources).length === 0) return false;
  const entries = list(rule.resources);
  if (entries.length === 0) return true;
  const [base = '', sub] = resource.split('/');
  return entries.some((entry) => {
    if ((str(dig(entry, 'group')) ?? '') !== group) return false;
    const names = strings(dig(entry, 'resources'));
    if (names.length === 0) return true;
    return names.some(
      (name) =>
        name === '*' || name === resource || (sub !== undefined && (name === `${base}/*` || name === `*/${sub}`)),
    );
  });
}

/** Whether the rule settles every request for what it is about, so that no later one is asked. */
const settles = (rule: JsonMap): boolean =>
  !isLimited(rule, ['users', 'userGroups', 'verbs', 'namespaces']) &&
  !list(rule.resources).some((entry) => list(dig(entry, 'resourceNames')).length > 0);

function leaks(rules: readonly AuditRule[]): { at: Path; names: string[] }[] {
  const found = new Map<AuditRule, string[]>();
  for (const { group, resource } of secret)
    for (const one of rules) {
      if (!isAbout(one.rule, group, resource)) continue;
      if (one.rule.level === 'Request' || one.rule.level === 'RequestResponse')
        found.set(one, [...(found.get(one) ?? []), resource]);
      if (settles(one.rule)) break;
    }
  return [...found].map(([{ at }, names]) => ({ at, names }));
}

function isRecorded(rules: readonly AuditRule[], group: string, resource: string): boolean {
  for (const { rule } of rules) {
    if (!isAbout(rule, group, resource)) continue;
    if (rule.level !== 'None') return true;
    if (settles(rule)) return false;
  }
  return false;
}
