/**
 * A job over all records, block by block, on as many threads as it is worth. Results are taken in the order of the
 * records, and their bytes do not depend on the number of threads. In memory is what a few blocks need.
 */

import { availableParallelism } from 'node:os';
import { setImmediate as eventLoop } from 'node:timers/promises';
import { interruptedError } from '../../core/errors.ts';
import type { Reporter } from '../../core/reporter.ts';
import { graphCost } from '../graph-cost.ts';
import { type BlockSource, blockRows } from './blocks.ts';
import { createWork, type Job, type WorkKind } from './record-work.ts';
import { runOnWorkers, type Take } from './run-on-workers.ts';

export interface SpreadContext {
  readonly report: Reporter;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  readonly threads?: ThreadPolicy;
}

export interface ThreadPolicy {
  readonly most: number;
  /** Work ahead, in milliseconds of one thread, that is worth starting others. */
  readonly worthMs: number;
}

const POLICY: ThreadPolicy = { most: availableParallelism(), worthMs: 300 };

/** Until then its own speed is not known: code is still being compiled. */
const WARM_UP_MS = 60;
/** The longest time in which an interruption goes unnoticed, if no block takes longer. */
const BREATH_MS = 50;

function stopIfAborted(signal: AbortSignal, done: number, count: number): void {
  if (signal.aborted) throw interruptedError('interrupted', `Stopped after ${done} of ${count} samples`);
}

/** Threads for `left` records where `done` took `elapsedMs`; 1: none but this one. */
function worthwhileThreads(
  { most, worthMs }: ThreadPolicy,
  elapsedMs: number,
  done: number,
  left: number,
  rowsPerBlock: number,
): number {
  if (worthMs > 0 && (elapsedMs < Math.min(WARM_UP_MS, worthMs) || (elapsedMs / done) * left < worthMs)) {
    return 1;
  }
  return Math.min(most, Math.ceil(left / rowsPerBlock));
}

export async function spreadRecords<Kind extends WorkKind>(
  job: Job<Kind>,
  source: BlockSource,
  { report, signal, threads: policy = POLICY }: SpreadContext,
  take: Take<Kind>,
): Promise<void> {
  const { count, recordBytes } = source;
  const rowsPerBlock = blockRows(recordBytes, graphCost(job.graph).macs);
  const takeAndTell: Take<Kind> = (result, start, rows) => {
    take(result, start, rows);
    report.progress(start + rows, count, 'samples');
  };
  const work = createWork(job);
  const block = new ArrayBuffer(Math.min(rowsPerBlock, count) * recordBytes);
  const started = performance.now();
  let breathed = started;
  let threadsRun = true;
  for (let done = 0; done < count; ) {
    stopIfAborted(signal, done, count);
    const rows = Math.min(rowsPerBlock, count - done);
    source.read(done, rows, block);
    takeAndTell(work(block, rows), done, rows);
    done += rows;
    const now = performance.now();
    const threads = threadsRun
      ? worthwhileThreads(policy, now - started, done, count - done, rowsPerBlock)
      : 1;
    if (threads > 1) {
      const plan = { threads, rowsPerBlock, first: done };
      try {
        done = await runOnWorkers(job, source, plan, signal, takeAndTell);
      } catch (error) {
        stopIfAborted(signal, done, count);
        throw error;
      }
      threadsRun = false;
    } else if (now - breathed > BREATH_MS) {
      await eventLoop();
      breathed = performance.now();
    }
  }
}
