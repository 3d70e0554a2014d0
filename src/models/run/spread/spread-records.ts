/**
 * A job over all records, block by block, on as many threads as it is worth. Results are taken in the order of the
 * records, and their bytes do not depend on the number of threads. In memory is what a few blocks need.
 */

import { availableParallelism } from 'node:os';
import { setImmediate as eventLoop } from 'node:timers/promises';
import { interruptedError } from '../../../core/errors.ts';
import type { Reporter } from '../../../core/reporter.ts';
import { graphCost } from '../../../ir/graph-cost.ts';
import { BlockOrder, type Take } from './block-order.ts';
import { type BlockSource, blockRows } from './blocks.ts';
import { createWork, type Job, type WorkKind } from './record-work.ts';
import { Team } from './team.ts';

export interface ThreadPolicy {
  /** This one included. */
  readonly most: number;
  /** Work ahead, in milliseconds of one thread, for which others are started. */
  readonly worthMs: number;
}

export interface SpreadContext {
  readonly report: Reporter;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  readonly threads?: ThreadPolicy;
}

/** A worker takes 100 to 250 ms to load, during which this thread works on. */
const POLICY: ThreadPolicy = { most: availableParallelism(), worthMs: 500 };

/** Before that this thread's own speed is not known: code is still being compiled. */
const WARM_UP_MS = 60;
/** The longest time in which an interruption goes unnoticed, if no block takes longer. */
const BREATH_MS = 50;

export async function spreadRecords<Kind extends WorkKind>(
  job: Job<Kind>,
  source: BlockSource,
  { report, signal, threads = POLICY }: SpreadContext,
  take: Take<Kind>,
): Promise<void> {
  const { count, recordBytes } = source;
  const rowsPerBlock = blockRows(recordBytes, graphCost(job.graph).macs);
  const order = new BlockOrder<Kind>(source, rowsPerBlock, (result, start, rows) => {
    take(result, start, rows);
    report.progress(start + rows, count, 'samples');
  });
  const team = new Team(job, order);
  const work = createWork(job);
  const started = performance.now();
  let breathed = started;
  let alone = threads.most > 1;

  const startOthers = (now: number): void => {
    const left = ((now - started) / order.taken) * (count - order.taken);
    if (now - started < Math.min(WARM_UP_MS, threads.worthMs) || left < threads.worthMs) return;
    alone = false;
    team.start(Math.min(threads.most, Math.ceil((count - order.taken) / rowsPerBlock)) - 1);
  };
  try {
    while (!order.done) {
      if (signal.aborted) {
        throw interruptedError('interrupted', `Stopped after ${order.taken} of ${count} samples`);
      }
      const block = order.next(team.blocksAhead);
      if (block === undefined) await team.event();
      else order.accept(block, work(block.block, block.rows), true);
      const now = performance.now();
      if (alone) startOthers(now);
      if (!alone || now - breathed > BREATH_MS) {
        await eventLoop();
        breathed = now;
      }
      team.feed();
    }
  } finally {
    await team.end();
  }
}
