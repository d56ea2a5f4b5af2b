import {
  absent,
  and,
  below,
  defineCheck,
  type Gathered,
  isLeftOpen,
  type Json,
  keptForText,
  labelOf,
  labelPlaces,
  printable,
  type Resource,
} from '../src/check.ts';

export default defineCheck({
  id: 'invalid-label-value',
  title: 'Label key or value is invalid',
  category: 'reliability',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Any'],
  why: 'The API refuses the object, so that the change never gets into the cluster.',
  remedy: 'Correct or quote the value.',
  peers: { 'kube-score': ['label-values'] },
  run(resource) {
    let violations: Gathered;
    const { maps, expressions } = labelPlaces(resource);
    for (const { labels, at } of maps)
      for (const key in labels) {
        const fault = faultOf(labels[key]);
        if (fault !== undefined && !isLeftOpen(resource, labels[key]))
          violations = and(violations, {
            at: below(at, key),
            message: `${labelOf(resource)}: the value of the label ${key} ${fault}.`,
          });
        const wrong = faultOfKey(key);
        if (wrong !== '' && !isLeftOpen(resource, key))
          violations = and(violations, { at: below(at, key), message: keyMessage(resource, key, wrong) });
      }
    for (const { key, at, values } of expressions) {
      const wrong = faultOfKey(key);
      if (wrong !== '' && !isLeftOpen(resource, key))
        violations = and(violations, { at: below(at, 'key'), message: keyMessage(resource, key, wrong) });
      for (const [nth, value] of values.entries()) {
        const fault = faultOf(value);
        if (fault !== undefined && !isLeftOpen(resource, value))
          violations = and(violations, {
            at: below(at, 'values', nth),
            message: `${labelOf(resource)}: a value that the selector wants of the label ${key} ${fault}.`,
          });
      }
    }
    return violations;
  },
});

function keyMessage(resource: Resource, key: string, fault: string): string {
  return `${labelOf(resource)}: the label key ${printable(key)} ${fault}.`;
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
function faultOf(value: Json | undefined): string | undefined {
  if (absent(value)) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return `is a ${typeof value} and not a string: quote it`;
  if (typeof value !== 'string') return 'is not a string';
  if (value.length > 63) return 'is longer than 63 characters';
  return value === '' || word.test(value) ? undefined : wrongWord;
}

const word = /^[A-Za-z\d](?:[\w.-]*[A-Za-z\d])?$/;
const wrongWord = 'may only have letters, digits, "-", "_" and ".", and a letter or digit at both ends';

/** A name like a value that is not empty, after a DNS name and a slash or alone; empty for one that is. Keys come again and again. */
const faultOfKey = keptForText((key) => {
  const slash = key.indexOf('/');
  if (slash !== key.lastIndexOf('/')) return 'has more than one slash';
  if (slash !== -1 && (slash > 253 || !dnsName.test(key.slice(0, slash)))) return 'has a prefix that is no DNS name';
  if (key.length - slash - 1 > 63) return 'is longer than 63 characters';
  return word.test(slash === -1 ? key : key.slice(slash + 1)) ? '' : wrongWord;
});

const dnsName = /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/;
