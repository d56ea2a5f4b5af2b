import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

export interface GitHttpOptions {
  /** Says whether a request may go on; false is answered with 401. `repository` is the path without `.git`. */
  authorize?: (credentials: { user: string; password: string } | undefined, repository: string) => boolean;
  /** Servers without partial clone: `filter: false`. */
  filter?: boolean;
  /** Lets clients push. */
  push?: boolean;
}

/** Whether a request is one of git's smart HTTP protocol. */
export function isGitRequest(url: string): boolean {
  return /^[^?]*\/(info\/refs\?service=git-|git-(upload|receive)-pack$)/.test(url);
}

/**
 * Serves the repositories below a folder (`owner/name.git` or `owner/name`, bare or not) over smart HTTP by
 * `git http-backend`. What is not git's is answered with 404.
 */
export function gitHttp(
  root: string,
  options: GitHttpOptions = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, name = '', service = ''] =
      /^\/(.+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(decodeURIComponent(url.pathname)) ?? [];
    const folder = [`${name}.git`, `${name}/.git`, name].find((path) => existsSync(join(root, path, 'HEAD')));
    if (!isGitRequest(request.url ?? '') || name.includes('..')) {
      end(response, 404, 'not found');
      return;
    }
    if (options.authorize?.(credentialsOf(request), name) === false) {
      response.setHeader('www-authenticate', 'Basic realm="git"');
      end(response, 401, 'authentication required');
      return;
    }
    if (folder === undefined) {
      end(response, 404, 'repository not found');
      return;
    }
    backend(root, `/${folder}/${service}`, url.search.slice(1), options, request, response);
  };
}

function backend(
  root: string,
  path: string,
  query: string,
  options: GitHttpOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: path,
      QUERY_STRING: query,
      REMOTE_ADDR: request.socket.remoteAddress ?? '',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      // Without a length git reads to the end, which is what a chunked body needs.
      ...(request.headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: request.headers['content-length'] }),
      ...(request.headers['content-encoding'] === undefined
        ? {}
        : { HTTP_CONTENT_ENCODING: request.headers['content-encoding'] }),
      ...(request.headers['git-protocol'] === undefined
        ? {}
        : { GIT_PROTOCOL: String(request.headers['git-protocol']) }),
      ...configuration({
        'uploadpack.allowFilter': String(options.filter !== false),
        'uploadpack.allowAnySHA1InWant': 'true',
        'http.receivepack': String(options.push === true),
        'safe.directory': '*',
      }),
    },
  });
  let head = Buffer.alloc(0);
  let open = false;
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
  child.stdout.on('data', (chunk: Buffer) => {
    if (open) {
      if (!response.write(chunk)) child.stdout.pause();
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = /\r?\n\r?\n/.exec(head.toString('latin1'));
    if (end === null) return;
    open = true;
    for (const line of head.toString('latin1', 0, end.index).split(/\r?\n/)) {
      const [name = '', value = ''] = line.split(/:\s*(.*)/s);
      if (name.toLowerCase() === 'status') response.statusCode = Number(value.slice(0, 3));
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end.index + end[0].length));
  });
  response.on('drain', () => child.stdout.resume());
  child.on('error', (cause) => end(response, 500, cause.message));
  child.on('close', () => (open ? response.end() : end(response, 500, words || 'git http-backend said nothing')));
  // Either side may hang up early; the other must not hang or crash on it.
  child.stdin.on('error', () => request.resume());
  request.on('error', () => child.kill());
  response.on('close', () => child.kill());
  request.pipe(child.stdin);
}

function configuration(settings: Record<string, string>): Record<string, string> {
  const pairs = Object.entries(settings);
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(pairs.length) };
  pairs.forEach(([key, value], index) => {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return variables;
}

function credentialsOf(request: IncomingMessage): { user: string; password: string } | undefined {
  const [, encoded] = /^Basic (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [user = '', password = ''] = Buffer.from(encoded, 'base64').toString().split(/:(.*)/s);
  return { user, password };
}

function end(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.statusCode = status;
  response.end(`${text}\n`);
}
