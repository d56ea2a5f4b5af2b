import {
  and,
  below,
  commandText,
  containersOf,
  defineCheck,
  dig,
  type Gathered,
  ingressBackends,
  Label,
  list,
  map,
  type Resource,
  scalarText,
  type WorkloadSet,
} from '../src/check.ts';

const switches = [
  'server.insecure',
  'server.repo.server.plaintext',
  'controller.repo.server.plaintext',
  'server.dex.server.plaintext',
  'reposerver.disable.tls',
];

/** The same as flags, alone or in a script. */
const flags = /(?<!\S)(--(insecure|disable-tls|repo-server-plaintext|dex-server-plaintext)(?:=true)?)(?!\S)/g;

/** Whether an Ingress of the namespace ends TLS and leads to the server, whose Service may have a release's name in front. */
function isFronted(resource: Resource, set: WorkloadSet): boolean {
  return set
    .ofKind('Ingress.networking.k8s.io')
    .some(
      (one) =>
        one.namespace === resource.namespace &&
        list(dig(one.manifest, 'spec', 'tls')).length > 0 &&
        ingressBackends(one).some(({ service }) => /argo-?cd.*server|^server$/.test(service)),
    );
}

export default defineCheck({
  id: 'argocd-server-insecure',
  title: 'Argo CD components talk without TLS',
  category: 'gitops',
  severity: 'medium',
  default: 'on',
  on: 'resource',
  kinds: ['ConfigMap', 'Deployment.apps'],
  why: 'Passwords, tokens and manifests pass between the parts of Argo CD for everyone on the network to read and change.',
  remedy: 'Keep TLS on and enable strict.tls.',
  standards: { nsa: ['Network separation and hardening: encryption'], mitre: ['T1040', 'T1557'] },
  run(resource, context) {
    let found: Gathered;
    if (resource.kind === 'ConfigMap') {
      if (resource.name !== 'argocd-cmd-params-cm') return found;
      const data = map(resource.manifest.data);
      for (const key of switches)
        if (data[key] === 'true') {
          const fronted = key === 'server.insecure' && isFronted(resource, context.set);
          found = and(found, {
            at: ['data', key],
            message: `Argo CD runs with ${key}.`,
            ...(fronted ? { severity: 'info' } : {}),
          });
        }
      if (['1.0', '1.1'].includes(scalarText(data['server.tls.minversion'])))
        found = and(found, { at: ['data', 'server.tls.minversion'], message: 'Argo CD allows outdated TLS.' });
      return found;
    }
    for (const container of containersOf(resource)) {
      if (
        !container.name.startsWith('argocd-') &&
        !/(?:^|[ /])argocd-(?:server|repo-server|application-controller)(?: |$)/.test(commandText(container))
      )
        continue;
      for (const field of ['command', 'args'])
        for (const [index, word] of list(container.spec[field]).entries())
          for (const [, flag = '', name] of scalarText(word).matchAll(flags))
            found = and(found, {
              at: below(container.path, field, index),
              message: `${Label(container)} runs with ${flag}.`,
              ...(name === 'insecure' && isFronted(resource, context.set) ? { severity: 'info' } : {}),
            });
    }
    return found;
  },
});
