import { createProbot, type Probot } from 'probot';
import { createOctokitClass, type Patience, type Watch } from './octokit.ts';

/** The App without a server: it acts on GitHub, and hears nothing from it. Reads the same environment as the server. */
export function createWorkerApp(env: NodeJS.ProcessEnv, patience: Patience, watch?: Watch): Probot {
  return createProbot({ env, overrides: { Octokit: createOctokitClass(patience, watch) } });
}
