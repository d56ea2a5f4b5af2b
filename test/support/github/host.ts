import type { StoredCheckRun } from './check-runs.ts';
import type { Conversations, StoredComment } from './conversations.ts';
import type { Fault } from './faults.ts';
import type { Commit, Forge } from './forge.ts';
import type { Pull } from './payloads.ts';
import type { RecordedRequest } from './state.ts';

export interface OpenPull extends Omit<Commit, 'from'> {
  title: string;
  /** Branch the pull request goes into; the default one when absent. */
  base?: string;
  draft?: boolean;
  author?: string;
  /** Owner of a fork the head lives in. */
  fork?: string;
}

export interface GitHub {
  url: string;
  /** The environment an operator would give the App to work with this GitHub. */
  env: Record<string, string>;
  forge: Forge;
  requests: RecordedRequest[];
  /** Requests that GitHub would not have taken, by its own description and limits. */
  violations: string[];
  faults: Fault[];
  /** What GitHub tells of the deliveries it made, and which of them it was asked for again. */
  deliveries: { id: number; guid: string; delivered_at: string; status_code: number }[];
  redelivered: number[];
  /** `owner/name`, with a first commit on its default branch. */
  createRepository(name: string, first: Omit<Commit, 'branch'>): Promise<void>;
  /** Opens a pull request with one commit; announces nothing. */
  openPull(repository: string, open: OpenPull): Promise<Pull>;
  /** Commits to a pull request's branch. */
  push(repository: string, pull: Pull, commit: Omit<Commit, 'branch'>): Promise<Pull>;
  /** The pull request as it stands, the App's own pushes included. */
  pull(repository: string, number: number): Pull;
  pulls(repository: string): Pull[];
  /** Points a pull request at another base. */
  retarget(repository: string, pull: Pull, base: string): Promise<Pull>;
  closePull(repository: string, pull: Pull): Pull;
  /** The name it had sends to the new one from then on; with another owner, it is handed to them under its own name. */
  rename(from: string, to: string): Promise<void>;
  /** What happens to an installation of the App. */
  suspend(installation: number): void;
  uninstall(installation: number): void;
  archive(repository: string): void;
  renameDefaultBranch(repository: string, to: string): Promise<void>;
  /** What people and the App said. */
  conversations: Conversations;
  /** Lets a person do something on a repository: `admin`, `write` or `read`. */
  allow(repository: string, login: string, permission: string): void;
  /** A person comments on a pull request, and the webhook is delivered. */
  say(repository: string, pull: Pull, login: string, body: string): Promise<StoredComment>;
  /** All check runs of a repository, oldest first; of one commit when given. */
  checkRuns(repository: string, sha?: string): StoredCheckRun[];
  /** Delivers a `pull_request` webhook. */
  announce(repository: string, pull: Pull, action: string, more?: object): Promise<Delivery>;
  /** Delivers any webhook, signed; the repository and the installation are added to its payload. */
  deliver(event: string, payload: object, options?: DeliverOptions): Promise<Delivery>;
  /** Where webhooks go. */
  webhookUrl: string;
  /** Throws when there were violations that nobody took out of the list. */
  close(): Promise<void>;
}

interface DeliverOptions {
  repository?: string;
  /** GUID of the delivery; a new one when absent. */
  id?: string;
  signature?: string;
  /** Sent instead of the payload, signed as it is. */
  raw?: string;
  headers?: Record<string, string>;
}

interface Delivery {
  id: string;
  status: number;
  text: string;
}
