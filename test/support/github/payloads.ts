/** A repository of the GitHub of tests. */
export interface Repository {
  id: number;
  owner: string;
  name: string;
  defaultBranch: string;
}

/** A pull request of the GitHub of tests. */
export interface Pull {
  number: number;
  title: string;
  /** What its author wrote; absent when nothing. */
  body?: string;
  /** Who opened it; mona when absent. */
  author?: string;
  state: 'open' | 'closed';
  draft: boolean;
  base: { ref: string; sha: string };
  head: { ref: string; sha: string; repository: string };
}

export function repositoryPayload(url: string, { id, owner, name, defaultBranch }: Repository): object {
  return {
    id,
    name,
    full_name: `${owner}/${name}`,
    private: true,
    owner: { login: owner, type: 'Organization' },
    default_branch: defaultBranch,
    html_url: `${url}/${owner}/${name}`,
    clone_url: `${url}/${owner}/${name}.git`,
  };
}

export function pullPayload(url: string, repository: Repository, pull: Pull): object {
  const [headOwner = '', headName = ''] = pull.head.repository.split('/');
  const base = repositoryPayload(url, repository);
  return {
    number: pull.number,
    title: pull.title,
    state: pull.state,
    draft: pull.draft,
    html_url: `${url}/${repository.owner}/${repository.name}/pull/${pull.number}`,
    body: pull.body ?? null,
    user: { login: pull.author ?? 'mona', type: pull.author?.endsWith('[bot]') === true ? 'Bot' : 'User' },
    base: { ref: pull.base.ref, sha: pull.base.sha, repo: base },
    head: {
      ref: pull.head.ref,
      sha: pull.head.sha,
      repo: repositoryPayload(url, { ...repository, owner: headOwner, name: headName }),
    },
  };
}
