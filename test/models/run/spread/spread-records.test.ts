/** Work on records gives the same bytes in blocks, out of order, and on any number of threads. */

import { setImmediate as eventLoop } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TinymlError, unsupportedError } from '../../../../src/core/errors.ts';
import { bytesInMemory } from '../../../../src/core/random-access.ts';
import { silentReporter } from '../../../../src/core/reporter.ts';
import { writeNpy } from '../../../../src/data/records/npy.ts';
import { arrayRecords, openNpyRecords, type RecordSource } from '../../../../src/data/records/records.ts';
import { calibrate } from '../../../../src/models/convert/calibrate.ts';
import { predictAll, predictReal } from '../../../../src/models/run/predict-records.ts';
import { runReal } from '../../../../src/models/run/real-runner.ts';
import { BlockOrder } from '../../../../src/models/run/spread/block-order.ts';
import { blockRows, floatBlocks } from '../../../../src/models/run/spread/blocks.ts';
import { createWork } from '../../../../src/models/run/spread/record-work.ts';
import { Team } from '../../../../src/models/run/spread/team.ts';
import type { Threads } from '../../../../src/models/run/spread/threads.ts';
import type { BlockMessage } from '../../../../src/models/run/spread/worker-messages.ts';
import { fromFailure, toFailure } from '../../../../src/models/run/spread/worker-messages.ts';
import { workerThreads } from '../../../../src/models/run/spread/worker-threads.ts';
import { builtPackage, IS_BUILT } from '../../../built.ts';
import { QUIET } from '../../quiet.ts';
import { denseGraph, drawRecords } from './dense-graph.ts';

const graph = denseGraph(6, 3);
const records = drawRecords(5000, 6);
const expected = runReal(graph, records);
/** What runs from the sources may fall back to one thread. */
const EAGER: Threads = { ...workerThreads, most: 3, worthMs: 0 };

describe('spreadRecords', () => {
  it.each([undefined, EAGER])('%j: the results of one record after another', async (threads) => {
    expect(await predictAll(graph, arrayRecords(records), { ...QUIET, threads })).toEqual(expected);
  });

  it.each([1, 1023, 1024, 1025])('%i records', async (count) => {
    const some = { shape: [count, 6], data: records.data.subarray(0, 6 * count) };
    expect(await predictAll(graph, arrayRecords(some), QUIET)).toEqual(runReal(graph, some));
  });

  it('no records at all', async () => {
    const none = arrayRecords({ shape: [0, 6], data: new Float32Array(0) });
    expect(await predictAll(graph, none, QUIET)).toEqual({ shape: [0, 3], data: new Float32Array(0) });
    await expect(calibrate(graph, none, QUIET)).rejects.toMatchObject({
      kind: 'usage',
      code: 'no-calibration',
    });
  });

  it('refuses records of another length', async () => {
    const wide = arrayRecords({ shape: [2, 7], data: new Float32Array(14) });
    await expect(predictAll(graph, wide, QUIET)).rejects.toMatchObject({ code: 'record-size' });
  });

  it('stops between two blocks when the user interrupts', async () => {
    const interrupt = new AbortController();
    const context = { report: silentReporter, signal: interrupt.signal };
    let taken = 0;
    const running = predictReal(graph, arrayRecords(records), context, (results) => {
      taken += results.length / 3;
      interrupt.abort();
    });
    await expect(running).rejects.toMatchObject({
      kind: 'interrupted',
      message: `Stopped after ${taken} of 5000 samples`,
    });
    expect(taken).toBe(1024);
  });

  it('names the row that is no number, however late it comes', async () => {
    const data = records.data.slice();
    data[6 * 4999 + 2] = Number.NaN;
    const source = openNpyRecords(bytesInMemory(writeNpy('float32', [5000, 6], data)), 'x.npy');
    await expect(predictAll(graph, source, { ...QUIET, threads: EAGER })).rejects.toMatchObject({
      code: 'not-finite',
      message: 'x.npy: row 4999 holds NaN',
    });
  });

  it('passes on what the taker throws', async () => {
    const full = (): never => {
      throw unsupportedError('full', 'The disk is full');
    };
    await expect(predictReal(graph, arrayRecords(records), QUIET, full)).rejects.toMatchObject({
      code: 'full',
    });
  });
});

describe('calibrate', () => {
  it('takes the smallest, the largest and the mean of every value', async () => {
    const { ranges, means } = await calibrate(graph, arrayRecords(records), QUIET);
    const [input] = graph.inputs;
    const [output] = graph.outputs;
    expect(ranges.get(input)).toEqual({
      min: records.data.reduce((a, b) => Math.min(a, b)),
      max: records.data.reduce((a, b) => Math.max(a, b)),
    });
    const mean = means.get(output) as Float64Array;
    for (let unit = 0; unit < 3; unit++) {
      let sum = 0;
      for (let row = 0; row < 5000; row++) sum += expected.data[3 * row + unit];
      expect(mean[unit]).toBeCloseTo(sum / 5000, 12);
    }
  });
});

describe('BlockOrder', () => {
  const ROWS = 7;
  const work = createWork({ kind: 'real', graph });
  const startOf = ({ start }: BlockMessage): number => start;

  function collect(): { order: BlockOrder<'real'>; results: number[]; starts: number[] } {
    const results: number[] = [];
    const starts: number[] = [];
    const source = floatBlocks(arrayRecords({ shape: [50, 6], data: records.data.subarray(0, 300) }));
    const order = new BlockOrder<'real'>(source, ROWS, (result, start) => {
      results.push(...result);
      starts.push(start);
    });
    return { order, results, starts };
  }

  it('takes results in order, whichever comes first', () => {
    const { order, results, starts } = collect();
    const blocks = Array.from({ length: 8 }, () => order.next(100) as BlockMessage);
    expect(blocks.map(startOf)).toEqual([0, 7, 14, 21, 28, 35, 42, 49]);
    expect(order.next(100)).toBeUndefined();
    for (const index of [3, 1, 0, 7, 2, 6, 5, 4]) {
      order.accept(blocks[index], work(blocks[index].block, blocks[index].rows), true);
    }
    expect(starts).toEqual([0, 7, 14, 21, 28, 35, 42, 49]);
    expect(order.done).toBe(true);
    expect(Float32Array.from(results)).toEqual(expected.data.subarray(0, 150));
  });

  it('does not run ahead of a block that is late', () => {
    const { order } = collect();
    const late = order.next(3) as BlockMessage;
    for (let i = 0; i < 2; i++) {
      const block = order.next(3) as BlockMessage;
      order.accept(block, work(block.block, block.rows), true);
    }
    expect(order.next(3)).toBeUndefined();
    order.accept(late, work(late.block, late.rows), true);
    expect(order.taken).toBe(21);
    expect(order.next(3)).toBeDefined();
  });

  it('hands out again what was lost', () => {
    const { order } = collect();
    const lost = order.next(1) as BlockMessage;
    expect(order.next(1)).toBeUndefined();
    order.giveBack(lost);
    expect(order.next(1)).toMatchObject({ start: 0, rows: ROWS });
  });
});

it('blocks are bounded by bytes, by work and by number, and hold one record at least', () => {
  expect(blockRows(4, 10)).toBe(1024);
  expect(blockRows(27648 * 4, 1000)).toBe(18);
  expect(blockRows(4, 30e6)).toBe(6);
  expect(blockRows(1e9, 1e12)).toBe(1);
});

it('errors keep their kind, code and hint on the way between threads', () => {
  const error = unsupportedError('real-input', 'No', 'Use --raw-input.');
  const arrived = fromFailure(structuredClone(toFailure(error)));
  expect(arrived).toBeInstanceOf(TinymlError);
  expect(arrived).toMatchObject({
    kind: 'unsupported',
    code: 'real-input',
    message: 'No',
    hint: 'Use --raw-input.',
  });
  expect(arrived.stack).toBe(error.stack);
  const bug = fromFailure(structuredClone(toFailure(new RangeError('a bug'))));
  expect(bug).not.toBeInstanceOf(TinymlError);
  expect(bug.message).toBe('a bug');
});

describe.skipIf(!IS_BUILT)('compiled workers ("npm run build" makes them)', () => {
  /** Their workers run compiled code, as this process does not. */
  const compiledThreads = async (): Promise<Threads> => {
    const { workerThreads } = await builtPackage();
    return { ...workerThreads, most: 3, worthMs: 0 };
  };

  /** Every worker that lives has some. */
  const portsInUse = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length;

  /** All blocks go to workers; this thread takes results only. */
  async function onWorkers(threads: number): Promise<Float32Array> {
    const results: number[] = [];
    const order = new BlockOrder<'real'>(floatBlocks(arrayRecords(records)), 64, (result) => {
      results.push(...result);
    });
    const team = new Team({ kind: 'real', graph }, order);
    team.start(threads, await compiledThreads());
    while (!order.done) {
      await eventLoop();
      team.feed();
    }
    await team.end();
    return Float32Array.from(results);
  }

  it.each([1, 3])('%i of them give the bytes of one thread', async (threads) => {
    expect(await onWorkers(threads)).toEqual(expected.data);
  });

  it('calibration does not depend on the number of threads', async () => {
    const wide = denseGraph(3000, 64);
    const source = arrayRecords(drawRecords(4000, 3000));
    const alone = await calibrate(wide, source, QUIET);
    const threads = await compiledThreads();
    expect(await calibrate(wide, source, { ...QUIET, threads })).toEqual(alone);
  });

  it('what a worker cannot do is done here', async () => {
    const order = new BlockOrder<'real'>(floatBlocks(arrayRecords(records)), 64, () => {});
    const before = portsInUse();
    // Its graph lacks everything, so a worker ends as soon as it has loaded.
    const team = new Team({ kind: 'real', graph: {} as typeof graph }, order);
    team.start(2, await compiledThreads());
    expect(portsInUse()).toBeGreaterThan(before);
    while (portsInUse() > before) {
      await eventLoop();
      team.feed();
    }
    const work = createWork({ kind: 'real', graph });
    for (let block = order.next(1); block !== undefined; block = order.next(1)) {
      order.accept(block, work(block.block, block.rows), true);
    }
    await team.end();
    expect(order.taken).toBe(5000);
  });

  it('an interruption leaves no worker behind', async () => {
    const interrupt = new AbortController();
    const threads = await compiledThreads();
    const context = { report: silentReporter, signal: interrupt.signal, threads };
    const before = portsInUse();
    let taken = 0;
    let portsAtInterruption = 0;
    const endless: RecordSource = {
      ...arrayRecords(drawRecords(1, 3000)),
      count: 1e9,
      // This thread reads where it has taken; only workers are given blocks ahead of that.
      read(start) {
        if (start === taken || interrupt.signal.aborted) return;
        portsAtInterruption = portsInUse();
        interrupt.abort();
      },
    };
    const running = predictReal(denseGraph(3000, 64), endless, context, (results) => {
      taken += results.length / 64;
    });
    await expect(running).rejects.toMatchObject({ kind: 'interrupted' });
    expect(portsAtInterruption).toBeGreaterThan(before);
    expect(portsInUse()).toBe(before);
  });
});
