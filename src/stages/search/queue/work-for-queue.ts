import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporarySibling } from '../../../artifacts/temporaries.ts';
import { discard } from '../../../artifacts/unfinished.ts';
import type { Reporter } from '../../../core/reporter.ts';
import { TOOL } from '../../../core/version.ts';
import { threadRunner } from '../trial-threads.ts';
import { openQueue } from './bull-queue.ts';
import { diskFileCache } from './disk-file-cache.ts';
import { type Served, serveTrials } from './serve-trials.ts';

/**
 * Runs trials of any search whose queue is at that address, one on each core of this machine, until the signal stops it.
 * Data lie in a folder of their own among the temporary ones, and are removed with it. Throws `bad-queue-address` (usage),
 * `bullmq-not-installed`, `queue-unreachable` (environment), `search-other-tool` (mismatch), and what the machine refuses.
 */
export async function workForQueue(
  address: string,
  { report, signal }: { readonly report: Reporter; readonly signal: AbortSignal },
): Promise<Served> {
  const queue = await openQueue(address, report);
  const folder = temporarySibling(join(tmpdir(), 'tinyml-worker'));
  const slots = availableParallelism();
  report.info(`${TOOL} waits for trials at ${queue.shown}, ${slots} at a time. Ctrl-C ends it.`);
  try {
    const cache = diskFileCache(folder);
    return await serveTrials({
      source: queue.source,
      blobs: queue.blobs,
      cache,
      report,
      signal,
      slots,
      runner: (list) => threadRunner(slots, { named: cache.paths(list) }, signal),
    });
  } finally {
    await queue.close();
    discard(folder);
  }
}
