import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { helmTemplateArguments, insidePath, kustomizeArguments } from '../../src/render/arguments.ts';

const options = {
  release: 'app',
  namespace: 'shop',
  kubeVersion: '1.35.0',
  apiVersions: [],
  values: [],
  chart: '/w/c',
};
const allowed = /^--(?:include-crds|namespace=|kube-version=|api-versions=|values=|skip-schema-validation|$)/;

describe('arguments of helm', () => {
  test('pin what could depend on the host, and put operands last', () => {
    expect(
      helmTemplateArguments({ ...options, apiVersions: ['a/v1'], values: ['/w/v.yaml'], skipSchemaValidation: true }),
    ).toEqual([
      'template',
      '--include-crds',
      '--namespace=shop',
      '--kube-version=1.35.0',
      '--api-versions=apiregistration.k8s.io/v1',
      '--api-versions=apiregistration.k8s.io/v1/APIService',
      '--api-versions=a/v1',
      '--values=/w/v.yaml',
      '--skip-schema-validation',
      '--',
      'app',
      '/w/c',
    ]);
  });

  test('hold, for any text, nothing but known flags and two operands, or are refused', () => {
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('--post-renderer=x', '-f', 'a\n', ''),
    );
    fc.assert(
      fc.property(texts, texts, texts, texts, fc.array(texts), (release, namespace, kubeVersion, path, apiVersions) => {
        let made: string[];
        try {
          made = helmTemplateArguments({
            release,
            namespace,
            kubeVersion,
            apiVersions,
            values: [insidePath('/w', path)],
            chart: insidePath('/w', path),
          });
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/-invalid$/) as unknown as string });
          return;
        }
        const end = made.indexOf('--');
        expect(made[0]).toBe('template');
        for (const flag of made.slice(1, end)) expect(flag).toMatch(allowed);
        expect(made.length - end).toBe(3);
        expect(made.at(-1)?.startsWith('/w')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('keep any path of the repository inside it', () => {
    const part = fc.constantFrom('a', '..', '.', '', '-x', 'b c', '...');
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        const path = parts.join('/');
        if (parts.includes('..')) expect(() => kustomizeArguments(insidePath('/w', path))).toThrow(/not a path inside/);
        else expect(kustomizeArguments(insidePath('/w', path)).at(-1)).toMatch(/^\/w/);
      }),
    );
  });

  test('quote a values file whose name would be read as two', () => {
    const made = helmTemplateArguments({ ...options, values: ['/w/a,"b".yaml'] });
    expect(made).toContain('--values="/w/a,""b"".yaml"');
  });

  test.each(['', '-x', 'A', 'a_b', 'a..b', 'a\n', 'a'.repeat(54)])('refuse the release name %j', (release) => {
    expect(() => helmTemplateArguments({ ...options, release })).toThrow(/not a valid release name/);
  });
});
