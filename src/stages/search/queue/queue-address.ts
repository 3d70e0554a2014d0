/** Where a queue is. A password in an address is given to the server and never printed. */

import { usageError } from '../../../core/errors.ts';
import { given } from '../../../core/given.ts';

/** What a Redis server is reached by, and the address as people may read it: without its password. */
export interface QueueAddress {
  readonly shown: string;
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly db: number;
    readonly username?: string;
    readonly password?: string;
    readonly tls?: Record<string, never>;
  };
}

const HINT =
  'Give it as redis://host, redis://host:6379, redis://:password@host:6379/0, or rediss://host over TLS.';
const DEFAULT_PORT = 6379;

/** The text itself stays out of the sentence: it may hold a password. */
function refused(reason: string): never {
  throw usageError('bad-queue-address', `The address of the queue ${reason}`, HINT);
}

function decoded(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return refused('has a % in its name or password that encodes nothing');
  }
}

function parsedUrl(text: string): URL {
  try {
    return new URL(text);
  } catch {
    return refused('is none');
  }
}

/** Throws `bad-queue-address` (usage). */
export function parseQueueAddress(text: string): QueueAddress {
  const { protocol, hostname, port, pathname, search, hash, username, password } = parsedUrl(text);
  if (protocol !== 'redis:' && protocol !== 'rediss:') refused('is not one of a Redis server');
  if (hostname === '') refused('names no host');
  if (search !== '' || hash !== '') refused('has something behind the number of its database');
  const [, database] =
    /^\/?(\d{0,5})$/.exec(pathname) ?? refused('has a path that is no number of a database');
  const server = {
    // An address of IPv6 stands in brackets there.
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? DEFAULT_PORT : Number(port),
    db: Number(database),
    ...given({ username: decoded(username), password: decoded(password) }),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
  return {
    shown: `${protocol}//${hostname}:${server.port}${server.db === 0 ? '' : `/${server.db}`}`,
    server,
  };
}
