import type { Check, Options, OptionSpec, Peer } from '../check.ts';
import type { Fix } from '../model.ts';
import { standardsOf, type Reference } from './standards.ts';

/** Manifests that a check reports, and what it says of them. All YAML. */
export interface CheckExample {
  bad: string;
  messages: readonly string[];
  /** The same without the fault. */
  good?: string;
  /** Options of the check under which it is reported; absent for the defaults. */
  options?: Options;
  /** Target version, when it is an older one. */
  kubeVersion?: string;
  /** The change that the check itself offers. */
  fix?: { description: string; risky: NonNullable<Fix['risky']> };
}

export const peerNames: Readonly<Record<Peer, string>> = {
  checkov: 'Checkov',
  trivy: 'Trivy',
  'kube-linter': 'KubeLinter',
  polaris: 'Polaris',
  'kube-score': 'kube-score',
  kubescape: 'Kubescape',
  kubesec: 'Kubesec',
  kyverno: 'Kyverno policies',
  psa: 'Pod Security admission',
  monokle: 'Monokle',
};

/** A check's page in Markdown. It links to the pages of other checks, which lie beside it. */
export function checkPage(check: Check, example: CheckExample | undefined): string {
  return `${[
    `# ${prose(check.title)}`,
    [
      `\`${check.id}\``,
      `severity **${check.severity}**`,
      `**${check.default}** by default${check.onFrom === undefined ? '' : `, but for what is ${check.onFrom} or worse`}`,
      check.category.replaceAll('-', ' '),
    ].join(' · '),
    `Looks at ${subjectOf(check)}.`,
    '## Why it matters',
    prose(check.why),
    '## What to do',
    prose(check.remedy),
    ...fixOf(example),
    ...exampleOf(example),
    ...optionsOf(check),
    ...relatedOf(check),
    ...settingsOf(check, example),
    ...standardsSection(check),
    ...peersSection(check),
  ].join('\n\n')}\n`;
}

const groups: Readonly<Record<string, string>> = {
  Any: 'every object',
  Workload: 'every workload',
  LongRunningWorkload: 'every workload that runs until it is stopped',
};

function subjectOf(check: Check): string {
  switch (check.on) {
    case 'container':
      return `every container, init container and ephemeral container of ${kindsOf(check.kinds)}`;
    case 'pod':
      return `the pods of ${kindsOf(check.kinds)}`;
    case 'resource':
      return kindsOf(check.kinds);
    case 'role':
      return 'every Role and ClusterRole, with the roles it aggregates and its bindings';
    case 'workloads':
      return 'all objects that are rendered together';
  }
}

function kindsOf(kinds: readonly string[] = ['Workload']): string {
  if (kinds.includes('Any')) return 'every object';
  const names = kinds.map((kind) => groups[kind] ?? named(kind));
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

/** `Deployment.apps` → Deployment; the group is told where it is not one of Kubernetes' own. */
function named(kind: string): string {
  const [name = '', ...group] = kind.split('.');
  const of = group.join('.');
  if (name === '*') return `every kind of ${of}`;
  return of === '' || !of.includes('.') || of.endsWith('.k8s.io') ? name : `${name} (${of})`;
}

function fixOf(example: CheckExample | undefined): string[] {
  if (example?.fix === undefined) return [];
  const { description, risky } = example.fix;
  return [`Plimsoll offers the change itself, like this: *${prose(description)}*${caution(risky)}`];
}

function caution(risky: NonNullable<Fix['risky']>): string {
  if (risky === false) return '';
  return risky === true
    ? ' It can break what runs now, so it is offered only when it is asked for.'
    : ' It can break what runs now, so it is never made together with others unless that is asked for.';
}

function exampleOf(example: CheckExample | undefined): string[] {
  if (example === undefined) return [];
  const { kubeVersion, options } = example;
  const under = [
    ...(kubeVersion === undefined ? [] : [`for Kubernetes ${kubeVersion}`]),
    ...(options === undefined ? [] : [`with the options \`${JSON.stringify(options)}\``]),
  ].join(', ');
  return [
    '## Example',
    `Reported${under === '' ? '' : ` ${under}`}:`,
    fenced(example.bad),
    example.messages.map((message) => `> ${prose(message)}`).join('\n>\n'),
    ...(example.good === undefined ? [] : ['Not reported:', fenced(example.good)]),
  ];
}

function optionsOf(check: Check): string[] {
  const options = Object.entries(check.options ?? {});
  if (options.length === 0) return [];
  const rows = options.map(
    ([name, option]) =>
      `| \`${name}\` | ${typeOf(option)} | \`${JSON.stringify(option.default)}\` | ${cell(option.describe)} |`,
  );
  const hasPatterns = options.some(([, option]) => option.type === 'strings' && option.patterns === true);
  return [
    '## Options',
    ['| option | type | default | |', '| --- | --- | --- | --- |', ...rows].join('\n'),
    ...(hasPatterns ? [ofPatterns] : []),
  ];
}

const ofPatterns =
  'In a pattern `*` stands for any run of characters. Between slashes stands a regular expression ' +
  '([RE2](https://github.com/google/re2/wiki/Syntax), without flags and classes of Unicode) for the whole text: `/[a-z]+-[0-9]{2}/`.';

function typeOf(option: OptionSpec): string {
  switch (option.type) {
    case 'strings':
      return 'list of text';
    case 'string':
      return option.values === undefined ? 'text' : `one of ${option.values.map((value) => `\`${value}\``).join(', ')}`;
    case 'number':
      return [
        'number',
        ...(option.min === undefined ? [] : [`from ${option.min}`]),
        ...(option.max === undefined ? [] : [`to ${option.max}`]),
      ].join(' ');
    case 'boolean':
      return 'true or false';
  }
}

function relatedOf(check: Check): string[] {
  const others = check.suppressedBy ?? [];
  if (others.length === 0) return [];
  return [`Not said again of what ${others.map((id) => `[\`${id}\`](${id}.md)`).join(', ')} reports already.`];
}

/** How to switch it, and how to accept a finding. */
function settingsOf(check: Check, example: CheckExample | undefined): string[] {
  const setting =
    check.default === 'off'
      ? `  ${check.id}: on`
      : `  ${check.id}: ${check.severity === 'low' ? 'medium' : 'low'} # or off`;
  const [name, option] = Object.entries(check.options ?? {})[0] ?? [];
  const value = JSON.stringify((name === undefined ? undefined : example?.options?.[name]) ?? option?.default);
  const withOptions =
    name === undefined
      ? []
      : [
          `  # or, with options:`,
          ...[`${check.id}:`, ...(check.default === 'off' ? ['  enabled: true'] : []), '  options:'].map(
            (line) => `  # ${line}`,
          ),
          `  #     ${name}: ${value}`,
        ];
  return [
    '## Settings',
    check.default === 'off'
      ? `${check.onFrom === undefined ? 'It runs' : 'All of it is reported'} when \`.github/plimsoll.yml\` asks for it:`
      : '`.github/plimsoll.yml` can give it another severity, or turn it off:',
    fenced(['checks:', setting, ...withOptions, ''].join('\n')),
    'A finding that is accepted is waived with its reason, in the same file,',
    fenced(
      `waivers:\n  - check: ${check.id}\n    resource: Deployment/web # Kind/name or Kind/namespace/name, * for any\n    reason: Why it is accepted.\n    until: 2030-12-31\n`,
    ),
    `by the annotation \`plimsoll.dev/waive.${check.id}: Why it is accepted.\` of the object, or by the comment \`# plimsoll: waive ${check.id} -- Why it is accepted.\` at the line or right above it. A pull request cannot waive what it brings itself: waivers count from the base commit.`,
  ];
}

function standardsSection(check: Check): string[] {
  const standards = standardsOf(check.standards);
  if (standards.length === 0) return [];
  return [
    '## Standards',
    standards
      .map(({ name, url, references }) => `- [${name}](${url}): ${references.map((one) => link(one)).join(', ')}`)
      .join('\n'),
  ];
}

function peersSection(check: Check): string[] {
  const peers = Object.entries(check.peers ?? {}) as [Peer, readonly string[]][];
  if (peers.length === 0) return [];
  const rows = peers.map(([peer, ids]) => `- ${peerNames[peer]}: ${ids.map((id) => `\`${id}\``).join(', ')}`);
  return ['## In other tools', rows.join('\n')];
}

const link = ({ label, url }: Reference): string => (url === undefined ? label : `[${label}](${url})`);
const fenced = (yaml: string): string => `\`\`\`yaml\n${yaml}\`\`\``;
/** Plain text as Markdown: no emphasis, no tags. */
const prose = (text: string): string => text.replaceAll(/[*<\\[\]]/g, '\\$&');
/** The same in a cell of a table. */
const cell = (text: string): string => prose(text).replaceAll('|', '\\|');
