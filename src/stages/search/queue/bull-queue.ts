/** The queue on BullMQ: one queue for all searches of a server, whose jobs are trials under the digests of their texts. */

import type { Job, Queue } from 'bullmq';
import type { Reporter } from '../../../core/reporter.ts';
import type { Blobs } from './blobs.ts';
import { parseQueueAddress } from './queue-address.ts';
import { loadQueuePackages, type QueuePackages } from './queue-packages.ts';
import { redisBlobs } from './redis-blobs.ts';
import { connectRedis, type RedisConnections } from './redis-connection.ts';
import type { Handled, TrialQueue, TrialSource, TrialState } from './trial-queue.ts';
import { within } from './within.ts';

const PREFIX = 'tinyml';
const NAME = 'trials';

/**
 * A worker says so often that it lives, and who has not said so for as long has lost its trial. Training runs on other
 * threads, so that a busy worker is not silent; one that is paused, or that no network reaches, is.
 */
const LOCK_MS = 10_000;
const LOOK_FOR_LOST_MS = 5000;
/** Workers that may die of one trial, one after another: then it is the trial. */
const MOST_DEATHS = 10;
/** Of results that no search has taken, because it was stopped. */
const KEPT_SECONDS = 24 * 3600;
const CLOSE_MS = 5000;

const WITHOUT_DATA = 'without-data';
const REFUSED = 'refused: ';

/** What is said of a job beside its result. */
interface Note {
  readonly refusedBy?: string;
}

type TrialJob = Job<unknown, unknown, string>;

function noteOf({ progress }: TrialJob): string | undefined {
  const { refusedBy } = (typeof progress === 'object' ? progress : {}) as Note;
  return typeof refusedBy === 'string' ? refusedBy : undefined;
}

function stateOf(job: TrialJob | undefined): TrialState {
  if (job === undefined) return { state: 'missing' };
  if (job.finishedOn === undefined) {
    return { state: 'waiting', isStarted: job.processedOn !== undefined, refusedBy: noteOf(job) };
  }
  if (job.failedReason === undefined) return { state: 'done', text: job.returnvalue };
  if (job.failedReason === WITHOUT_DATA) return { state: 'without-data' };
  if (!job.failedReason.startsWith(REFUSED)) return { state: 'lost' };
  return { state: 'refused', reason: job.failedReason.slice(REFUSED.length) };
}

function trialQueue(queue: Queue): TrialQueue {
  return {
    async add(jobId, text) {
      await queue.add('trial', text, { jobId });
    },
    look: async (id) => stateOf(await queue.getJob(id)),
    async remove(id) {
      // Refused where a worker has it.
      await queue.remove(id).catch(() => {});
    },
  };
}

/** A job is finished by what its processor returns or throws. */
async function finish(handled: Handled, job: TrialJob, packages: QueuePackages): Promise<string> {
  switch (handled.handled) {
    case 'done':
      return handled.text;
    case 'given-back':
      if (handled.refusedBy !== undefined) await job.updateProgress({ refusedBy: handled.refusedBy });
      // Refused where it has been given to another worker meanwhile, which is as good.
      await job.moveToWait(job.token).catch(() => {});
      throw new packages.WaitingError();
    case 'without-data':
      throw new packages.UnrecoverableError(WITHOUT_DATA);
    case 'refused':
      throw new packages.UnrecoverableError(`${REFUSED}${handled.reason}`);
  }
}

/** Of a job that is no longer this worker's BullMQ speaks in numbers, and names it. */
function takenAway(error: Error): string | undefined {
  if (!('code' in error) || typeof error.code !== 'number') return undefined;
  return /trial-[0-9a-f]{64}/.exec(error.message)?.[0];
}

function trialSource(connections: RedisConnections, packages: QueuePackages, report: Reporter): TrialSource {
  return {
    take(slots, handle) {
      /** BullMQ stops its timer behind all else that closing is, and then the process would not end. */
      class TrialWorker extends packages.Worker {
        stopRenewing(): Promise<void> {
          return this.lockManager.close();
        }
      }
      const worker = new TrialWorker(
        NAME,
        async (job: TrialJob) => finish(await handle(job.data), job, packages),
        {
          connection: connections.another(),
          prefix: PREFIX,
          concurrency: slots,
          lockDuration: LOCK_MS,
          stalledInterval: LOOK_FOR_LOST_MS,
          maxStalledCount: MOST_DEATHS,
          runRetryDelay: 1000,
          skipVersionCheck: true,
        },
      );
      const late = new Set<string>();
      worker.on('error', (error: Error) => {
        const id = takenAway(error);
        if (id === undefined || late.has(id)) return;
        late.add(id);
        report.info(
          'A result came too late, and does not count: the queue has it already, or another worker the trial.',
        );
      });
      return {
        async close() {
          // A server that does not answer cannot be told.
          await within(CLOSE_MS, worker.close());
          await worker.stopRenewing();
        },
      };
    },
  };
}

/** Both ends of the queue at an address, and the bytes that it carries. */
export interface OpenQueue {
  /** The address without its password. */
  readonly shown: string;
  readonly trials: TrialQueue;
  readonly source: TrialSource;
  readonly blobs: Blobs;
  close(): Promise<void>;
}

/** Throws `bad-queue-address` (usage), `bullmq-not-installed` and `queue-unreachable` (environment). */
export async function openQueue(address: string, report: Reporter): Promise<OpenQueue> {
  const parsed = parseQueueAddress(address);
  const packages = await loadQueuePackages();
  const connections = await connectRedis(parsed, packages, report);
  const queue = new packages.Queue(NAME, {
    connection: connections.another(),
    prefix: PREFIX,
    skipVersionCheck: true,
    streams: { events: { maxLen: 100 } },
    defaultJobOptions: { removeOnComplete: { age: KEPT_SECONDS }, removeOnFail: { age: KEPT_SECONDS } },
  });
  queue.on('error', () => {});
  return {
    shown: parsed.shown,
    trials: trialQueue(queue),
    source: trialSource(connections, packages, report),
    blobs: redisBlobs(connections.redis),
    async close() {
      await within(CLOSE_MS, queue.close());
      connections.end();
    },
  };
}
