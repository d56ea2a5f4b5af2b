import { and, defineCheck, dig, type Gathered, int, requestedSubject, str } from '../src/check.ts';

export default defineCheck({
  id: 'csr-privileged-subject',
  title: 'Certificate request asks for a privileged identity',
  category: 'rbac',
  severity: 'high',
  default: 'on',
  on: 'resource',
  kinds: ['CertificateSigningRequest.certificates.k8s.io'],
  why: 'The certificate that comes of it makes its holder an administrator or a node, and it cannot be revoked.',
  remedy: 'Delete the object; use short-lived tokens from the identity provider.',
  standards: { nsa: ['Authentication and authorization: authentication'], cis: ['3.1.1'], mitre: ['T1649', 'T1078'] },
  peers: { kyverno: ['other/inspect-csr'] },
  options: {
    'max-seconds': {
      type: 'number',
      describe: 'The longest validity that passes, in seconds.',
      default: 31536000,
      min: 600,
    },
  },
  run(resource, context) {
    const at = ['spec', 'request'];
    const subject = requestedSubject(str(dig(resource.manifest, ...at)) ?? '');
    const signer = dig(resource.manifest, 'spec', 'signerName');
    let found: Gathered;
    if (subject === undefined)
      found = and(found, {
        at,
        message: 'The request cannot be read, so nobody can tell whom it is for.',
        severity: 'info',
      });
    else if (signer === 'kubernetes.io/kube-apiserver-client') {
      const group = subject.organizations.find((name) => name.startsWith('system:'));
      if (group !== undefined) found = and(found, { at, message: `The request asks for membership in ${group}.` });
    } else if (signer === 'kubernetes.io/kube-apiserver-client-kubelet') {
      const node = /^system:node:.+$/.test(subject.commonName) && subject.organizations.join() === 'system:nodes';
      if (!node)
        found = and(found, {
          at,
          message: 'The request asks the signer of kubelets for something that is not a node.',
        });
    }
    const seconds = int(dig(resource.manifest, 'spec', 'expirationSeconds'));
    const most = Number(context.options['max-seconds']);
    if (seconds === undefined || seconds > most)
      found = and(found, {
        at: ['spec', 'expirationSeconds'],
        message:
          seconds === undefined
            ? 'The request sets no end.'
            : `The request asks for ${seconds} seconds; ${most} are the most.`,
      });
    return found;
  },
});
