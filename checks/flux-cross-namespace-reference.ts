import {
  and,
  below,
  defineCheck,
  dig,
  type Gathered,
  Label,
  labelOf,
  matchesAny,
  podsOf,
  str,
  strings,
} from '../src/check.ts';

export default defineCheck({
  id: 'flux-cross-namespace-reference',
  title: 'Flux object refers to a source of another namespace',
  category: 'gitops',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['Kustomization.kustomize.toolkit.fluxcd.io', 'HelmRelease.helm.toolkit.fluxcd.io', 'Deployment.apps'],
  why: 'A tenant deploys what another namespace owns, or reads a source that was not meant for it.',
  remedy: 'Copy the source into the namespace.',
  standards: { nsa: ['Authentication and authorization: role-based access control'], mitre: ['T1098'] },
  options: {
    'multi-tenant': {
      type: 'boolean',
      describe: 'Whether the controllers must refuse references to other namespaces.',
      default: false,
    },
    shared: {
      type: 'strings',
      describe: 'Namespaces whose sources are for everyone; * matches any run of characters.',
      default: [],
    },
  },
  run(resource, context) {
    let found: Gathered;
    if (resource.kind === 'Deployment') {
      if (context.options['multi-tenant'] !== true) return found;
      for (const container of podsOf(resource).flatMap((pod) => pod.containers)) {
        const image = str(container.spec.image) ?? '';
        if (
          /(^|\/)(kustomize|helm|notification|image-reflector|image-automation)-controller(?:[:@]|$)/.test(image) &&
          !strings(container.spec.args).some((word) => /^--no-cross-namespace-refs(?:=true)?$/.test(word))
        )
          found = and(found, {
            at: below(container.path, 'args'),
            message: `${Label(container)} allows references to other namespaces.`,
          });
      }
      return found;
    }
    for (const at of [
      ['spec', 'sourceRef'],
      ['spec', 'chart', 'spec', 'sourceRef'],
      ['spec', 'chartRef'],
    ]) {
      const namespace = str(dig(resource.manifest, ...at, 'namespace')) ?? '';
      if (
        namespace !== '' &&
        resource.namespace !== '' &&
        namespace !== resource.namespace &&
        !matchesAny(namespace, context.options.shared)
      )
        found = and(found, {
          at: below(at, 'namespace'),
          message: `${labelOf(resource)} takes its source from namespace ${namespace}.`,
        });
    }
    return found;
  },
});
