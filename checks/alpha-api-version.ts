import { defineCheck, groupOf } from '../src/check.ts';

export default defineCheck({
  id: 'alpha-api-version',
  title: 'Alpha API is used',
  category: 'api-lifecycle',
  severity: 'info',
  default: 'off',
  on: 'resource',
  kinds: ['Any'],
  why: 'An alpha API is switched off unless the cluster asks for it, and a minor release may change or drop it without notice.',
  remedy: 'Wait for beta or accept the risk.',
  suppressedBy: ['removed-api-version'],
  run(resource) {
    const { apiVersion, kind } = resource;
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
    if (isBuiltInGroup(groupOf(apiVersion)) && /^v\d+alpha\d+$/.test(version))
      return { at: ['apiVersion'], message: `${apiVersion} ${kind} is an alpha API.` };
  },
});

/** Groups that the API server itself serves: those without a domain, and below k8s.io those that no project has taken. */
function isBuiltInGroup(group: string): boolean {
  return !group.includes('.') || builtIn.has(group);
}

const builtIn = new Set(
  (
    'admissionregistration apiextensions apiregistration authentication authorization certificates coordination discovery events ' +
    'flowcontrol.apiserver internal.apiserver networking node rbac.authorization resource scheduling storage storagemigration'
  )
    .split(' ')
    .map((group) => `${group}.k8s.io`),
);
