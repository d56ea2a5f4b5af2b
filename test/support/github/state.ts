import type { IncomingMessage } from 'node:http';
import type { CheckRuns } from './check-runs.ts';
import type { Conversations } from './conversations.ts';
import type { Fault } from './faults.ts';
import type { Forge } from './forge.ts';
import type { Pull, Repository } from './payloads.ts';

/** One request of ours, as it came in. */
export interface RecordedRequest {
  method: string;
  /** Below the API's root, decoded, without the query. */
  path: string;
  body: unknown;
  /** Answered with; 0 when the connection was cut or left silent. */
  status: number;
  /** When it came in, in milliseconds of a steady clock. */
  at: number;
  /** The kind of credentials: `app` (JWT), `installation`, `none`. */
  as: 'app' | 'installation' | 'none';
  /** Tokens that went over the wire, either way. */
  tokens: string[];
}

export interface ApiState {
  /** Where emulate listens. */
  emulator: string;
  /** Requests that went there, by token. */
  passed: Map<string, number>;
  url: string;
  forge: Forge;
  checkRuns: CheckRuns;
  conversations: Conversations;
  /** Former names of repositories, with what they are called now. */
  renamed: Map<string, string>;
  /** Repositories that take no writes. */
  archived: Set<string>;
  /** Installations that may do nothing, and those that are gone. */
  suspended: Set<number>;
  uninstalled: Set<number>;
  /** Told of branches that the App moved. */
  pushed(repository: string, branch: string, sha: string): void;
  /** Opens a pull request for the App. */
  openPull(repository: string, wanted: { title: string; head: string; base: string; body?: string }): Promise<Pull>;
  pulls(repository: string): Pull[];
  pull(repository: string, number: number): Pull | undefined;
  repository(name: string): Repository | undefined;
  repositories(): Repository[];
  /** What GitHub tells of the deliveries it made, the oldest first. */
  deliveries: { id: number; guid: string; delivered_at: string; status_code: number }[];
  /** Ids of deliveries that were asked for again. */
  redelivered: number[];
  requests: RecordedRequest[];
  violations: string[];
  faults: Fault[];
}

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** What an installation token may do. */
export interface Grant {
  permissions: Record<string, string>;
  /** Names of repositories; undefined: all of the installation. */
  repositories?: string[];
}

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
  headers: IncomingMessage['headers'];
}
