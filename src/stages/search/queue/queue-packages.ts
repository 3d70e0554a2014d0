/** BullMQ and the client of Redis that it runs on are optional peers: loaded when a queue is named. */

import { environmentError } from '../../../core/errors.ts';

/** With the versions that package.json accepts, written so that no shell reads more into them. */
export const QUEUE_PACKAGES = ['bullmq@6', 'ioredis@6'] as const;

export type QueuePackages = Awaited<ReturnType<typeof importPackages>>;

async function importPackages() {
  const [{ Queue, Worker, WaitingError, UnrecoverableError }, { Redis }] = await Promise.all([
    import('bullmq'),
    import('ioredis'),
  ]);
  return { Queue, Worker, WaitingError, UnrecoverableError, Redis };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}

/** Throws `bullmq-not-installed` (environment). */
export async function loadQueuePackages(load = importPackages): Promise<QueuePackages> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw environmentError(
      'bullmq-not-installed',
      'Trials go to other machines through BullMQ, which is not installed',
      `Run "npm install ${QUEUE_PACKAGES.join(' ')}", with -g where tinyml is installed globally; or search without --queue, on this machine.`,
    );
  }
}
