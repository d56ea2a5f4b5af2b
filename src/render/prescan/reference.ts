/**
 * Whether kustomize would take the text for something to fetch: a URL, a `git` or `ssh` reference, or one of the short
 * forms of code hosts. The cases of kustomize's `api/internal/git/repospec.go`, taken a little wider.
 */
export function isRemote(reference: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:/i.test(reference) || // https:, ssh:, file:, oci:, git::, gh:, s3::
    reference.includes('://') ||
    /^[^/\s](?:[^/\s@]*@)+[^/\s@]+[:/]/.test(reference) || // git@host:owner/repository
    /^(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|dev\.azure\.com|git\.[\w.-]+)[:/]/i.test(reference) ||
    /[?&](?:ref|version|submodules|timeout)=/.test(reference) ||
    /\.git(?:[/?]|$)/.test(reference) ||
    reference.includes('_git/') ||
    /^[^/\s]+\.[a-z]{2,}\/[^/]+\/[^/]+\/\//i.test(reference) // host.tld/owner/repository//folder
  );
}

/** Whether a program behind kustomize could take the text for one of its options. */
export const isOptionLike = (reference: string): boolean => reference.trimStart().startsWith('-');
