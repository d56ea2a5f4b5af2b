import { defineCheck, listOption } from '../src/check.ts';

export default defineCheck({
  id: 'traefik-default-tls-option',
  title: 'Object overrides the cluster default TLS options',
  category: 'network',
  severity: 'medium',
  default: 'off',
  on: 'resource',
  kinds: ['TLSOption.traefik.io', 'TLSOption.traefik.containo.us'],
  why: 'A TLSOption named default holds for every router of the cluster that names none: one team sets the ciphers of all.',
  remedy: 'Use a named TLSOption.',
  peers: { kyverno: ['traefik/disallow-default-tlsoptions'] },
  options: {
    namespaces: {
      type: 'strings',
      describe: 'Namespaces of the controller, which may set the default.',
      default: ['traefik'],
    },
  },
  run(resource, { options }) {
    if (resource.name !== 'default' || listOption(options, 'namespaces').includes(resource.namespace)) return;
    return { at: ['metadata', 'name'], message: 'This TLSOption holds for every router that names none.' };
  },
});
