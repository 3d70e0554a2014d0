/** A report on this machine's loopback, made again whenever the project changes; its pages learn of it. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { environmentError, type TinymlError } from '../../core/errors.ts';
import { EVENTS_PATH, SCRIPT_PATH, WATCH_SCRIPT } from '../../targets/report/watch-script.ts';

const HOST = '127.0.0.1';
/** Between two looks at the artifacts, in milliseconds. */
const LOOK_MS = 500;

/** What is served. */
export interface ServedReport {
  /** Changes when the page does; cheap. */
  state(): string;
  page(): Promise<string>;
}

export interface ReportServer {
  readonly url: string;
  close(): Promise<void>;
}

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

function portRefused(port: number, { code }: NodeJS.ErrnoException): TinymlError {
  const reason = code === 'EADDRINUSE' ? 'another program has it' : (code ?? 'the system refuses it');
  return environmentError('port-refused', `Port ${port} cannot be used: ${reason}`, 'Leave --port out.');
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(portRefused(port, error)));
    server.listen(port, HOST, () => resolve((server.address() as AddressInfo).port));
  });
}

/** A name of another machine's choosing may lead here; whoever comes by it is not the user. */
function isOwnHost({ headers: { host } }: IncomingMessage, port: number): boolean {
  const end = port === 80 ? '' : `:${port}`;
  return host === `${HOST}${end}` || host === `localhost${end}`;
}

function answer(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { ...HEADERS, 'content-type': `${type}; charset=utf-8` }).end(text);
}

/** While a stage is being written, a file that was there may be gone: the next look finds the new one. */
async function answerPage(response: ServerResponse, report: ServedReport): Promise<void> {
  const made = await report.page().then(
    (text) => ({ status: 200, type: 'text/html', text }),
    (error: unknown) => ({ status: 500, type: 'text/plain', text: `${reasonOf(error)}\n` }),
  );
  answer(response, made.status, made.type, made.text);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What cannot be read is a state, too. */
function stateOf(report: ServedReport): string {
  try {
    return report.state();
  } catch (error) {
    return reasonOf(error);
  }
}

class Listeners {
  readonly #open = new Set<ServerResponse>();

  add(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    response.write(': here\n\n');
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
  }

  tell(): void {
    for (const response of this.#open) response.write('data: changed\n\n');
  }
}

/** Without `port` on one that is free. Throws `port-refused` (environment). */
export async function serveReport(report: ServedReport, port = 0): Promise<ReportServer> {
  const listeners = new Listeners();
  const server = createServer(async (request, response) => {
    if (!isOwnHost(request, bound)) return answer(response, 403, 'text/plain', 'Not by this name.\n');
    if (request.method !== 'GET') return answer(response, 405, 'text/plain', 'Only GET.\n');
    switch (request.url) {
      case '/':
        return answerPage(response, report);
      case SCRIPT_PATH:
        return answer(response, 200, 'text/javascript', WATCH_SCRIPT);
      case EVENTS_PATH:
        return listeners.add(response);
      default:
        return answer(response, 404, 'text/plain', 'There is only one page.\n');
    }
  });
  const bound = await listen(server, port);
  let state = stateOf(report);
  const looking = setInterval(() => {
    const now = stateOf(report);
    if (now === state) return;
    state = now;
    listeners.tell();
  }, LOOK_MS);
  return {
    url: `http://${HOST}:${bound}/`,
    close() {
      clearInterval(looking);
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
