/**
 * A job over all records, block by block, on as many threads as it is worth. Results are taken in the order of the
 * records, and their bytes do not depend on the number of threads. In memory is what a few blocks need.
 */

import { interruptedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { nextTurn } from '../../../core/next-turn.ts';
import { type Reporter, silentReporter } from '../../../core/reporter.ts';
import { remembersRecords } from '../../../ir/graph.ts';
import { graphCost } from '../../../ir/graph-cost.ts';
import { BlockOrder, type Take } from './block-order.ts';
import { type BlockSource, blockRows } from './blocks.ts';
import { createWork, type Job, type WorkKind } from './record-work.ts';
import { Team } from './team.ts';
import type { Threads } from './threads.ts';

/** Who is told of the work, who may stop it, and who helps. */
export interface WorkContext {
  /** Silent where it is left out. */
  readonly report?: Reporter | undefined;
  /** Aborted when the user interrupts. */
  readonly signal?: AbortSignal | undefined;
  /** Without them this thread does everything; the results are the same. */
  readonly threads?: Threads | undefined;
}

/** Before that this thread's own speed is not known: code is still being compiled. */
const WARM_UP_MS = 60;
/** The longest time in which an interruption goes unnoticed, if no block takes longer. */
const BREATH_MS = 50;

export async function spreadRecords<Kind extends WorkKind>(
  job: Job<Kind>,
  source: BlockSource,
  { report = silentReporter, signal, threads }: WorkContext,
  take: Take<Kind>,
): Promise<void> {
  const { count, recordBytes } = source;
  const rowsPerBlock = blockRows(recordBytes, graphCost(job.graph).macs);
  const order = new BlockOrder<Kind>(source, rowsPerBlock, (result, start, rows) => {
    const taken = take(result, start, rows);
    report.progress(start + rows, count, 'samples');
    return taken;
  });
  const team = new Team(job, order);
  const work = createWork(job);
  const started = performance.now();
  let breathed = started;
  let alone = true;
  // What a record gives depends on those before it.
  const helpers = remembersRecords(job.graph) ? undefined : threads;

  const startOthers = (others: Threads, now: number): void => {
    const { most, worthMs } = others;
    const left = ((now - started) / order.taken) * (count - order.taken);
    if (now - started < Math.min(WARM_UP_MS, worthMs) || left < worthMs) return;
    alone = false;
    team.start(Math.min(most, Math.ceil((count - order.taken) / rowsPerBlock)) - 1, others);
  };
  try {
    while (!order.done) {
      if (signal?.aborted === true) {
        throw interruptedError('interrupted', `Stopped after ${order.taken} of ${counted(count, 'sample')}`);
      }
      const block = order.next(team.blocksAhead);
      if (block === undefined) await team.event();
      else order.accept(block, work(block.block, block.rows), true);
      const now = performance.now();
      if (alone && helpers !== undefined) startOthers(helpers, now);
      if (!alone || now - breathed > BREATH_MS) {
        await nextTurn();
        breathed = now;
      }
      await order.settled();
      team.feed();
    }
  } finally {
    await team.end();
  }
}
