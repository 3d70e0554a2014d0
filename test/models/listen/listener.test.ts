import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { Decision } from '../../../src/core/samples/decision.ts';
import type { TensorType } from '../../../src/core/tensor.ts';
import { createDecider } from '../../../src/data/streams/decider.ts';
import { createListener } from '../../../src/models/listen/listener.ts';
import { readingsPerAnswer } from '../../../src/models/listen/scorer.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { fitted, prepared } from '../../data/preparing/fit.ts';
import { oneNode } from '../../ops/one-node.ts';

const input: TensorType = { dtype: 'int8', shape: [1, 6], quant: perTensor(0.05, 3) };
const output: TensorType = { dtype: 'int8', shape: [1, 6], quant: perTensor(1 / 256, -128) };
const softmax = oneNode('softmax', { beta: 1 }, [{ type: input }], output);

const decision: Decision = {
  smoothing: 2,
  on: [150, 150, 150, 150, 150, 0],
  off: [120, 120, 120, 120, 120, 0],
  gap: 2,
};
const random = createRandom(9, 'listener test');
const READINGS = 120;
const readings = Float32Array.from({ length: READINGS * 3 }, () => random.normal());
/** Two rows of a sample are means of two readings each. */
const preparation = await fitted([{ step: 'decimate', factor: 2 }, { step: 'standard' }], readings, [4, 3]);

type Listener = ReturnType<typeof createListener>;

/** Scores hold until the next answer. */
function answersOf(listener: Listener, rows: number) {
  return Array.from({ length: rows }, (_, row) => {
    const answer = listener.push(readings, row * 3);
    return answer === undefined ? undefined : { ...answer, scores: [...answer.scores] };
  }).filter((answer) => answer !== undefined);
}

describe('a listener', () => {
  it.each([1, 3])('answers at every %i. row what the model says of the latest sample', (every) => {
    const decider = createDecider(decision);
    const expected = [];
    for (let start = 0; start + 4 <= READINGS; start += 2 * every) {
      const sample = prepared(preparation, readings.slice(start * 3, (start + 4) * 3));
      const { data } = runReal(softmax, { shape: [1, 6], data: sample });
      const scores = Array.from(data, (value) => value * 256);
      expected.push({ readings: start + 4, scores, ...decider.decide(scores) });
    }
    const answers = answersOf(createListener(softmax, preparation, { every, decision }), READINGS);
    expect(answers).toEqual(expected);
    expect(answers.some(({ begins }) => begins !== undefined)).toBe(true);
    expect(readingsPerAnswer(preparation, every)).toBe(2 * every);
  });

  it('begins anew', () => {
    const listener = createListener(softmax, preparation, { every: 1, decision });
    const first = answersOf(listener, 30);
    listener.reset();
    expect(answersOf(listener, 30)).toEqual(first);
  });

  it('refuses what does not fit', async () => {
    const float = oneNode('softmax', { beta: 1 }, [{ type: { dtype: 'float32', shape: [1, 6] } }], {
      dtype: 'float32',
      shape: [1, 6],
    });
    expect(() => createListener(float, preparation, { every: 1, decision })).toThrow('decides with int8');
    const long = await fitted([], readings, [4, 3]);
    expect(() => createListener(softmax, long, { every: 1, decision })).toThrow('are prepared to [4, 3]');
    const few = { ...decision, on: [1], off: [1] };
    expect(() => createListener(softmax, preparation, { every: 1, decision: few })).toThrow('of 1 output,');
  });
});
