import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { type Preparation, preparedShape, rowsOf } from '../../../src/core/samples/preparation.ts';
import { readingsPerRow, streamPlan } from '../../../src/core/samples/streaming.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { createRowStream } from '../../../src/data/streams/row-stream.ts';
import { fitted, prepared } from '../preparing/fit.ts';
import { STREAM_CASES, type StreamCase } from './stream-cases.ts';

const random = createRandom(11, 'row stream test');
const noise = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());

const CASES: Readonly<Record<string, StreamCase>> = STREAM_CASES;

async function preparationOf(name: string): Promise<Preparation> {
  const { shape, steps } = CASES[name];
  const categories = steps.some(({ step }) => step === 'one-hot');
  const training = noise(10 * elementCount(shape)).map((value) =>
    categories ? Math.abs(Math.trunc(value)) % 3 : value,
  );
  return fitted(steps, training, shape);
}

describe.each(Object.keys(CASES))('%s', (name) => {
  it('gives every sample whose readings begin with a row, to the bit', async () => {
    const preparation = await preparationOf(name);
    const { count, width } = rowsOf(preparation.inputShape);
    const hop = readingsPerRow(streamPlan(preparation));
    const readings = noise(3 * count * width);
    const stream = createRowStream(preparation);
    const into = new Float32Array(elementCount(preparedShape(preparation)));
    const rows = streamPlan(preparation).ring.count;
    let compared = 0;
    for (let row = 0; row < 3 * count; row++) {
      if (stream.push(readings, row * width) === 0 || stream.made < rows) continue;
      stream.sample(into);
      const start = (stream.made - rows) * hop;
      // The last readings of a sample may be too few for another row: the stream does not wait for them.
      const sample = new Float32Array(count * width);
      sample.set(readings.subarray(start * width, (start + count) * width));
      expect(into).toEqual(prepared(preparation, sample));
      compared++;
    }
    expect(compared).toBeGreaterThan(1);
    expect(stream.made).toBe(compared + rows - 1);
  });

  it('begins anew', async () => {
    const preparation = await preparationOf(name);
    const { count, width } = rowsOf(preparation.inputShape);
    const stream = createRowStream(preparation);
    const run = (readings: Float32Array): Float32Array => {
      const into = new Float32Array(elementCount(preparedShape(preparation)));
      for (let row = 0; row < count; row++) stream.push(readings, row * width);
      stream.sample(into);
      return into;
    };
    const [first, other] = [noise(count * width), noise(count * width)];
    const expected = run(first);
    stream.reset();
    expect(run(other)).not.toEqual(expected);
    stream.reset();
    expect(stream.made).toBe(0);
    expect(run(first)).toEqual(expected);
  });
});
