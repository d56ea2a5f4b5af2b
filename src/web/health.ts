import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

/** Whether work can be done, and why not. */
export interface Readiness {
  ready: boolean;
  reasons: string[];
  /** How renders are isolated. */
  sandbox?: { mode: string; backend: string; proven: boolean; provenAt?: string };
}

/** `/healthz`: the process answers. `/readyz`: it can review; 503 with the reasons when it cannot. `/metrics`: for Prometheus. */
export function createHealth(
  readiness: () => Readiness,
  metrics: Pick<Metrics, 'page'>,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    switch (request.url?.split('?')[0]) {
      case '/healthz':
        answer(response, 200, { status: 'ok' });
        return true;
      case '/readyz': {
        const state = readiness();
        answer(response, state.ready ? 200 : 503, state);
        return true;
      }
      case '/metrics': {
        const { type, text } = await metrics.page();
        response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' });
        response.end(text);
        return true;
      }
      default:
        return false;
    }
  };
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
