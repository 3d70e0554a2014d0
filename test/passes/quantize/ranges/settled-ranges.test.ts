import { describe, expect, it } from 'vitest';
import type { ValueId } from '../../../../src/ir/graph.ts';
import { activationParameters, type Range } from '../../../../src/passes/quantize/parameters.ts';
import { settledRanges } from '../../../../src/passes/quantize/ranges/settled-ranges.ts';
import { FloatBuilder } from '../../run-pass.ts';

type Build = (b: FloatBuilder, logits: ValueId) => readonly ValueId[];

/** The range of logits that calibration saw from −100 to `max`. */
function logitsRange(build: Build, max = 100): Range | undefined {
  const builder = new FloatBuilder();
  const logits = builder.dense('logits', builder.in('x', 1, 4), 4);
  const graph = builder.build(build(builder, logits));
  const ranges = new Map([...graph.values.keys()].map((id) => [id, { min: -100, max }]));
  return settledRanges(graph, ranges, () => 'int8').get(logits);
}

const logistic: Build = (b, x) => [b.add('logistic', 'y', {}, [x])];

describe('the range in front of a function that settles', () => {
  it('ends where a sigmoid is half a step of int8 from its end', () => {
    const { min, max } = logitsRange((b, x) => [b.add('relu', 'z', {}, logistic(b, x))]) as Range;
    expect(1 / (1 + Math.exp(-max))).toBeCloseTo(1 - 1 / 512, 12);
    expect(1 / (1 + Math.exp(-min))).toBeCloseTo(1 / 512, 12);
  });

  it('ends where a tanh is', () => {
    const { min, max } = logitsRange((b, x) => [
      b.add('relu', 'z', {}, [b.add('tanh', 'y', {}, [x])]),
    ]) as Range;
    expect(Math.tanh(max)).toBeCloseTo(1 - 1 / 256, 12);
    expect(Math.tanh(min)).toBeCloseTo(-1 + 1 / 256, 12);
  });

  it.each([4, 5, 6, 7, 100])('has a byte for the least result of the graph, up to %d', (max) => {
    const range = logitsRange(logistic, max) as Range;
    const { scale, zeroPoint } = activationParameters(range);
    const least = 1 / (1 + Math.exp(scale * (128 + zeroPoint)));
    expect(least).toBeLessThan(1 / 512);
    expect(least).toBeGreaterThan(1 / 512 - 1 / 4096);
  });

  it('ends there behind operators that move elements, and keeps an end that is nearer', () => {
    const { min, max } = logitsRange(
      (b, x) => [b.add('relu', 'z', {}, logistic(b, b.add('reshape', 'r', { newShape: [2, 2] }, [x])))],
      3,
    ) as Range;
    expect([min, max]).toEqual([-Math.log(511), 3]);
  });

  it.each<[string, Build]>([
    ['another function reads them', (b, x) => [b.add('relu', 'z', {}, [x]), ...logistic(b, x)]],
    ['they are an output', (b, x) => [x, ...logistic(b, x)]],
    ['a softmax reads them', (b, x) => [b.add('softmax', 'y', { beta: 1 }, [x])]],
    [
      'they are averaged first',
      (b, x) => {
        const image = b.add('reshape', 'r', { newShape: [1, 2, 2, 1] }, [x]);
        const window = { padding: 'valid', strides: [1, 1], filter: [2, 2], activation: 'none' } as const;
        return logistic(b, b.add('average_pool_2d', 'p', window, [image]));
      },
    ],
  ])('stays where %s', (_, build) => {
    expect(logitsRange(build)).toEqual({ min: -100, max: 100 });
  });
});
