/** Bytes under names on a server of Redis. */

import type { Redis } from 'ioredis';
import { environmentError } from '../../../core/errors.ts';
import type { Blobs } from './blobs.ts';

/** Without a search that keeps them, so long; workers that have begun have them already. */
const KEPT_SECONDS = 3600;
/** Names that go to the server in one message. */
const TOGETHER = 1000;

/** `OOM`: the server has a limit of memory. */
function refusal(error: Error): Error {
  return environmentError(
    'queue-full',
    `The queue takes no more data: ${/^OOM/.test(error.message) ? 'its server is out of memory' : error.message}`,
    'Give the server of Redis more memory (maxmemory), or search with fewer data.',
  );
}

export function redisBlobs(redis: Redis): Blobs {
  const keep = async (names: readonly string[]): Promise<readonly string[]> => {
    const answers = await Promise.all(names.map((name) => redis.expire(name, KEPT_SECONDS)));
    return names.filter((_, index) => answers[index] === 0);
  };
  return {
    async keep(names) {
      const missing: string[] = [];
      for (let start = 0; start < names.length; start += TOGETHER) {
        missing.push(...(await keep(names.slice(start, start + TOGETHER))));
      }
      return missing;
    },
    async put(name, bytes) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      await redis.set(name, buffer, 'EX', KEPT_SECONDS).catch((error: Error) => {
        throw refusal(error);
      });
    },
    async get(name) {
      return (await redis.getBuffer(name)) ?? undefined;
    },
  };
}
