/** A connection to Redis: refused within seconds where there is no server, and mended for ever once there was one. */

import type { Redis } from 'ioredis';
import { environmentError, type TinymlError } from '../../../core/errors.ts';
import type { Reporter } from '../../../core/reporter.ts';
import type { QueueAddress } from './queue-address.ts';
import type { QueuePackages } from './queue-packages.ts';

const CONNECT_MS = 3000;
/** All that comes before the first answer, the name's resolution and the server's greeting too. */
const FIRST_ANSWER_MS = 5000;
const LONGEST_PAUSE_MS = 1000;

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be resolved now',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ECONNRESET: 'it ends the connection',
  EPIPE: 'it ends the connection',
};

/** Of an error of ioredis nothing else is shown: it carries the command that failed, with a password where that is AUTH. */
function reasonOf(error: Error & { readonly code?: string }): string {
  const { code = '', message } = error;
  if (code in REASONS) return REASONS[code];
  if (/^(NOAUTH|WRONGPASS|NOPERM|ERR AUTH|ERR invalid password)/.test(message)) {
    return 'it refuses the name or password';
  }
  if (message.includes('ETIMEDOUT')) return REASONS.ETIMEDOUT;
  if (message.includes('Protocol error')) return 'what answers there is not Redis';
  return code === '' ? REASONS.ETIMEDOUT : code;
}

function unreachable({ shown }: QueueAddress, reason: string): TinymlError {
  return environmentError(
    'queue-unreachable',
    `The queue ${shown} cannot be reached: ${reason}`,
    'Start redis-server on that machine, let this one through to its port, and give the address as redis://:password@host:port.',
  );
}

/** How a connection is lost and found; `lost` may come many times for one `found`. */
interface Watch {
  lost(): void;
  found(): void;
}

function watchFor(report: Reporter, shown: string): Watch {
  let isLost = false;
  return {
    lost() {
      if (!isLost) report.warn(`The queue ${shown} does not answer any more; trying again until it does.`);
      isLost = true;
    },
    found() {
      if (isLost) report.info(`The queue ${shown} answers again.`);
      isLost = false;
    },
  };
}

/** Connections to one server. The first is answered before anything is built on it. */
export interface RedisConnections {
  readonly redis: Redis;
  /** Another one, for who blocks it. */
  another(): Redis;
  /** Ends all of them at once. */
  end(): void;
}

/** Throws `queue-unreachable` (environment). */
export async function connectRedis(
  address: QueueAddress,
  { Redis }: QueuePackages,
  report: Reporter,
): Promise<RedisConnections> {
  let isFirst = true;
  let isEnded = false;
  const open = (): Redis => {
    const redis = new Redis({
      ...address.server,
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      // BullMQ wants commands to wait until there is a server again, however long that takes.
      maxRetriesPerRequest: null,
      // Asked by the connections that BullMQ makes of these, too.
      retryStrategy: (times) => (isFirst || isEnded ? null : Math.min(50 * times, LONGEST_PAUSE_MS)),
    });
    // Who listens to nothing has ioredis print every error.
    redis.on('error', () => {});
    return redis;
  };
  const all = [open()];
  const [redis] = all;
  await firstAnswer(redis, address);
  isFirst = false;
  const watch = watchFor(report, address.shown);
  redis.on('close', () => {
    if (!isEnded) watch.lost();
  });
  redis.on('ready', () => watch.found());
  return {
    redis,
    another() {
      const next = open();
      all.push(next);
      return next;
    },
    end() {
      isEnded = true;
      for (const one of all) one.disconnect();
    },
  };
}

async function firstAnswer(redis: Redis, address: QueueAddress): Promise<void> {
  let last: Error | undefined;
  redis.on('error', (error) => {
    last = error;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('ETIMEDOUT')), FIRST_ANSWER_MS);
  });
  const answer = redis.connect().then(() => redis.ping());
  answer.catch(() => {});
  try {
    await Promise.race([answer, late]);
  } catch (error) {
    redis.disconnect();
    throw unreachable(address, reasonOf(last ?? (error as Error)));
  } finally {
    clearTimeout(timer);
  }
}
