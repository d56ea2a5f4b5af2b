import type { IncomingMessage, ServerResponse } from 'node:http';
import { PlimsollError } from '../errors.ts';

/** What is done with a webhook's parts. */
export interface WebhookReceiver {
  /** Compares in constant time. */
  verify(body: string, signature: string): Promise<boolean>;
  /** Throws `PlimsollError` when the payload lacks something. Must not wait for the work that follows. */
  receive(delivery: string, event: string, payload: object): Promise<void>;
  /** Told of everything that was refused. */
  refused(reason: string, delivery: string): void;
  /** Told of what could not be taken although nothing is wrong with it: the sender is asked to send it again. */
  failed(error: unknown, delivery: string): void;
  /** Told of every answer. */
  answered(event: string, status: number): void;
}

/** GitHub caps payloads at 25 MB. https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
const bodyLimit = 25 * 2 ** 20;
/** Deliveries carry a GUID; event names are snake_case. Both are logged, so their form is checked first. */
const deliveryForm = /^[0-9A-Za-z-]{1,64}$/;
const eventForm = /^[a-z_]{1,64}$/;

/**
 * Answers webhooks: 202 when taken, 400 malformed, 401 without a valid signature, 405 for other methods, 413 too large,
 * 415 not JSON, 503 when it could not be stored. Nothing of a body is looked at before its signature is verified.
 *
 * @param paths where webhooks are taken
 */
export function createWebhookHandler(
  receiver: WebhookReceiver,
  paths: readonly string[],
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    if (!paths.includes(request.url?.split('?')[0] ?? '')) return false;
    if (request.method !== 'POST') {
      // The set-up page names "/" as webhook address: other requests for it are somebody else's.
      if (request.url === '/') return false;
      return answer(response, 405, 'Webhooks are POST requests.', { allow: 'POST' });
    }
    const delivery = header(request, 'x-github-delivery', deliveryForm);
    function refuse(status: number, reason: string): true {
      receiver.refused(reason, delivery ?? '');
      receiver.answered('refused', status);
      // What was not read of the body is not waited for.
      return answer(response, status, reason, request.complete ? {} : { connection: 'close' });
    }
    if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
      return refuse(415, 'Set the webhook’s content type to application/json.');
    const event = header(request, 'x-github-event', eventForm);
    const signature = header(request, 'x-hub-signature-256', /^sha256=[0-9a-f]{64}$/i);
    if (delivery === undefined) return refuse(400, 'The header X-GitHub-Delivery is missing or malformed.');
    if (event === undefined) return refuse(400, 'The header X-GitHub-Event is missing or malformed.');
    if (signature === undefined) return refuse(401, 'The header X-Hub-Signature-256 is missing or malformed.');
    const body = await read(request);
    if (body === undefined) return refuse(413, 'The body is larger than 25 MB.');
    if (body === '') return refuse(400, 'The body is empty.');
    if (!(await receiver.verify(body, signature)))
      return refuse(401, 'The signature does not match: compare the App’s webhook secret with WEBHOOK_SECRET.');
    const payload = parse(body);
    if (payload === undefined) return refuse(400, 'The body is not a JSON object.');
    try {
      await receiver.receive(delivery, event, payload);
    } catch (error) {
      const problem = problemOf(error);
      if (problem !== undefined) return refuse(400, problem.message);
      receiver.failed(error, delivery);
      receiver.answered(event, 503);
      return answer(response, 503, 'This could not be stored: send it again.');
    }
    receiver.answered(event, 202);
    return answer(response, 202, 'Accepted.');
  };
}

/** What is wrong with the webhook itself; undefined when the trouble is ours. */
function problemOf(error: unknown): PlimsollError | undefined {
  return error instanceof PlimsollError && error.code === 'bad-webhook' ? error : undefined;
}

function header(request: IncomingMessage, name: string, form: RegExp): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && form.test(value) ? value : undefined;
}

async function read(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function answer(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): true {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${text}\n`);
  return true;
}
