import { and, defineCheck, type Gathered, imagesOf, isBelowAny, printable } from '../src/check.ts';

export default defineCheck({
  id: 'image-deprecated-registry',
  title: 'Image comes from a frozen or removed registry',
  category: 'supply-chain',
  severity: 'medium',
  default: 'on',
  on: 'pod',
  why: 'The registry gets no new images and may be switched off: no security updates, and pods that cannot start.',
  remedy: 'Use the successor registry.',
  standards: { nsa: ['Upgrading and application security practices'], mitre: ['T1195.002'] },
  peers: { kubescape: ['C-0253'], kyverno: ['other/restrict-deprecated-registry'] },
  run(pod) {
    let found: Gathered;
    for (const { reference, image, at, who } of imagesOf(pod)) {
      if (reference === '' || !isBelowAny(image, allFrozen)) continue;
      const entry = frozenRegistries.find(({ places }) => isBelowAny(image, places));
      if (entry === undefined) continue;
      const message = `${who} uses the image ${printable(reference)}: ${entry.fault}`;
      const moved = /^(?:[a-z-]+\.)?k8s\.gcr\.io\//i.test(reference);
      found = and(
        found,
        moved
          ? {
              at,
              message,
              fix: {
                description: 'Pull the image from registry.k8s.io.',
                edits: [{ op: 'set', path: at, value: reference.replace(/^[^/]+\//, 'registry.k8s.io/') }],
              },
            }
          : { at, message },
      );
    }
    return found;
  },
});

/** As of August 2026. */
const frozenRegistries: readonly { places: readonly string[]; fault: string }[] = [
  {
    // https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/
    places: ['k8s.gcr.io', 'us.k8s.gcr.io', 'eu.k8s.gcr.io', 'asia.k8s.gcr.io'],
    fault: 'k8s.gcr.io is frozen; use registry.k8s.io.',
  },
  {
    // Those with k8s-artifacts-prod are the regional ones behind k8s.gcr.io.
    places: [
      ...['gcr.io/google_containers', 'gcr.io/google-containers', 'us.gcr.io/k8s-artifacts-prod'],
      ...['eu.gcr.io/k8s-artifacts-prod', 'asia.gcr.io/k8s-artifacts-prod'],
    ],
    fault: 'this registry is frozen; use registry.k8s.io.',
  },
  {
    // https://github.com/bitnami/containers/issues/83267
    places: ['docker.io/bitnami'],
    fault: 'versioned Bitnami images moved to docker.io/bitnamilegacy and get no updates there.',
  },
  {
    places: ['quay.io/kubernetes-ingress-controller'],
    fault: 'this registry is frozen; use registry.k8s.io/ingress-nginx.',
  },
  { places: ['docker.pkg.github.com'], fault: 'this registry was replaced by ghcr.io.' },
];

const allFrozen = frozenRegistries.flatMap(({ places }) => places);
