/** Threads of other makers, which may answer from inside the call that asks them. */

import { expect, it } from 'vitest';
import { inputError } from '../../../../src/core/errors.ts';
import { arrayRecords } from '../../../../src/data/records/records.ts';
import { predictAll } from '../../../../src/models/run/predict-records.ts';
import { runReal } from '../../../../src/models/run/real-runner.ts';
import { createWork, type Job, type WorkKind } from '../../../../src/models/run/spread/record-work.ts';
import type { Helper, Listener, Threads } from '../../../../src/models/run/spread/threads.ts';
import { toFailure } from '../../../../src/models/run/spread/worker-messages.ts';
import { oneNode } from '../../../ops/one-node.ts';
import { QUIET } from '../../quiet.ts';
import { denseGraph, drawRecords } from './dense-graph.ts';

const graph = denseGraph(6, 3);
const records = drawRecords(20_000, 6);

/** Helpers that do everything in this thread, and say `greet` before they have started. */
class Lent {
  ended = 0;
  started = 0;
  posted = 0;
  readonly #greet: (listener: Listener<WorkKind>) => void;

  constructor(greet: (listener: Listener<WorkKind>) => void) {
    this.#greet = greet;
  }

  readonly threads: Threads = {
    most: 3,
    worthMs: 0,
    start: (job, listener) => this.#start(job, listener),
  };

  #start<Kind extends WorkKind>(job: Job<Kind>, listener: Listener<Kind>): Helper {
    const work = createWork(job);
    this.started++;
    this.#greet(listener);
    return {
      post: (message) => {
        this.posted++;
        const result = structuredClone(work(message.block, message.rows));
        listener.hear({ event: 'done', ...message, result });
      },
      end: async () => this.ended++,
    };
  }
}

it('helpers that answer at once are heard, from their start on', async () => {
  const lent = new Lent((listener) => listener.hear({ event: 'ready' }));
  const context = { ...QUIET, threads: lent.threads };
  expect(await predictAll(graph, arrayRecords(records), context)).toEqual(runReal(graph, records));
  expect(lent.posted).toBeGreaterThan(1);
  expect([lent.started, lent.ended]).toEqual([2, 2]);
});

it.each<[string, (listener: Listener<WorkKind>) => void]>([
  ['fail', (listener) => listener.hear({ event: 'failed', failure: toFailure(inputError('no', 'No')) })],
  ['are lost', (listener) => listener.lose()],
])('helpers that %s while they start are ended, too', async (what, greet) => {
  const lent = new Lent(greet);
  const running = predictAll(graph, arrayRecords(records), { ...QUIET, threads: lent.threads });
  if (what === 'fail') await expect(running).rejects.toMatchObject({ code: 'no' });
  else expect(await running).toEqual(runReal(graph, records));
  expect([lent.started, lent.ended]).toEqual([2, 2]);
});

it('nobody helps with a model that keeps a state', async () => {
  const float = (...shape: number[]) => ({ dtype: 'float32', shape }) as const;
  const ones = (length: number) => ({
    type: float(1, length),
    data: new Float32Array(length).fill(1),
    constant: true,
  });
  const sums = oneNode(
    'svdf',
    { rank: 1, activation: 'none' },
    [{ type: float(1, 1) }, ones(1), ones(2), undefined, { type: float(1, 2) }],
    float(1, 1),
  );
  const count = 5000;
  const numbers = { shape: [count, 1], data: Float32Array.from({ length: count }, (_, index) => index) };
  const lent = new Lent((listener) => listener.hear({ event: 'ready' }));
  const context = { ...QUIET, threads: lent.threads };
  const { data } = await predictAll(sums, arrayRecords(numbers), context);
  expect(data).toEqual(numbers.data.map((value, index) => value + Math.max(0, index - 1)));
  expect(lent.started).toBe(0);
});
