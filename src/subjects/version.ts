/** A Kubernetes minor version, `{ major: 1, minor: 35 }`. */
export interface KubeVersion {
  major: number;
  minor: number;
}

/** The newest version whose rules are known; what `kube-version: latest` means. */
export const latestKubeVersion: KubeVersion = { major: 1, minor: 37 };

/** Whether `version` is `1.minor` or later. */
export function atLeast(version: KubeVersion, minor: number): boolean {
  return version.major > 1 || (version.major === 1 && version.minor >= minor);
}
