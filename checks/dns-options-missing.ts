import {
  and,
  defineCheck,
  dig,
  type Gathered,
  keptFor,
  labelValue,
  list,
  listOption,
  ownerLabel,
} from '../src/check.ts';

export default defineCheck({
  id: 'dns-options-missing',
  title: 'DNS options are not tuned',
  category: 'reliability',
  severity: 'info',
  default: 'off',
  on: 'pod',
  why: 'With the default of five dots every outside name is looked up several times over in the cluster first.',
  remedy: 'Add the option.',
  peers: { 'kube-linter': ['dnsconfig-options'], kyverno: ['other/add-ndots', 'other/dns-policy-and-dns-config'] },
  options: {
    required: { type: 'strings', describe: 'Options that must be set, as NAME or NAME:VALUE.', default: ['ndots:2'] },
  },
  run(pod, { options }) {
    if (!pod.settable) return;
    const present = list(dig(pod.spec, 'dnsConfig', 'options'));
    let violations: Gathered;
    for (const { required, name, value } of wantedOptions(listOption(options, 'required'))) {
      const found = present.some(
        (one) => dig(one, 'name') === name && (value === undefined || labelValue(dig(one, 'value')) === value),
      );
      if (!found)
        violations = and(violations, {
          at: pod.at('dnsConfig', 'options'),
          message: `${ownerLabel(pod)} lacks the DNS option ${required}.`,
        });
    }
    return violations;
  },
});

const wantedOptions = keptFor((option: readonly string[]) =>
  option.map((required) => {
    const [name = '', value] = required.split(':');
    return { required, name, value };
  }),
);
