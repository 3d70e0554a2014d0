import type { Reporter } from '../../../core/reporter.ts';
import type { TrialRunner } from '../trial-runner.ts';
import type { NamedSources } from '../trial-sources.ts';
import { openQueue } from './bull-queue.ts';
import { queueRunner } from './queue-runner.ts';
import { shareSources } from './shared-sources.ts';

/**
 * Runs the trials of a search on the workers of the queue at an address, which get the files that the trials read. Throws
 * `bad-queue-address` (usage), `bullmq-not-installed`, `queue-unreachable` (environment), and `search-data-too-large`
 * (unsupported).
 */
export async function openQueueRunner(
  address: string,
  sources: readonly NamedSources[],
  { report, signal }: { readonly report: Reporter; readonly signal: AbortSignal },
): Promise<TrialRunner> {
  const queue = await openQueue(address, report);
  try {
    const runner = queueRunner({
      queue: queue.trials,
      sources: shareSources(sources, queue.blobs),
      report,
      signal,
      shown: queue.shown,
    });
    return {
      slots: runner.slots,
      run: (trial) => runner.run(trial),
      async close() {
        await runner.close();
        await queue.close();
      },
    };
  } catch (error) {
    await queue.close();
    throw error;
  }
}
