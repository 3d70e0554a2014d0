import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import type { TensorType } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { ValueId } from '../../../src/ir/graph.ts';
import { constantOf } from '../../../src/passes/channels/interval.ts';
import { channelIntervals } from '../../../src/passes/channels/intervals.ts';
import { drawInt8Graph, drawRecords } from '../draw-int8.ts';
import { type FloatBuilder, graphOf } from '../run-pass.ts';

const none = { activation: 'none' } as const;

/** Bounds of what `build` makes, channel by channel. */
function bounds(build: (b: FloatBuilder) => ValueId): number[][] {
  let id = 0;
  const graph = graphOf((b) => {
    id = build(b);
    return [id];
  });
  const found = channelIntervals(graph).get(id);
  // Adding 0 makes 0 of −0.
  return Array.from(found?.low ?? [], (low, channel) => [low + 0, (found?.high[channel] as number) + 0]);
}

const six = (b: FloatBuilder, name: string): ValueId => b.add('relu6', name, {}, [b.in(name, 1, 1)]);

describe('channel intervals', () => {
  it.each([
    ['add', [0, 12]],
    ['sub', [-6, 6]],
    ['mul', [0, 36]],
  ] as const)('of %s come from every combination of bounds', (kind, expected) => {
    expect(bounds((b) => b.add(kind, 'y', none, [six(b, 'a'), six(b, 'b')]))).toEqual([expected]);
  });

  it('turn around with a negative factor, and are unknown for infinity times zero', () => {
    expect(bounds((b) => b.add('mul', 'y', none, [six(b, 'a'), b.const('c', [3], [-1, 2, 0])]))).toEqual([
      [-6, 0],
      [0, 12],
      [0, 0],
    ]);
    expect(bounds((b) => b.add('mul', 'y', none, [b.in('x', 1), b.const('c', [1], [0])]))).toEqual([
      [-Infinity, Infinity],
    ]);
  });

  it('of a layer count the sign of every weight', () => {
    const attributes = { activation: 'relu', keepNumDims: false } as const;
    const build = (b: FloatBuilder): ValueId => {
      const operands = [
        b.add('concatenation', 'ab', { axis: 1, activation: 'none' }, [six(b, 'a'), six(b, 'b')]),
        b.const('w', [3, 2], [1, -2, -1, -1, 0, 0]),
        b.const('b', [3], [3, -1, 7]),
      ];
      return b.add('fully_connected', 'y', attributes, operands);
    };
    expect(bounds(build)).toEqual([
      [0, 9],
      [0, 0],
      [7, 7],
    ]);
  });

  it.each([
    { units: 8, activation: 'relu6' },
    { units: 8, activation: 'relu' },
    { units: 8, activation: 'none' },
    { units: 40, activation: 'relu6', groups: 40 },
  ] as const)('of %o are those of its widest window, wherever a sum is as wide as it can be', (options) => {
    const [size, channels] = [3, 40];
    const depth = 'groups' in options ? 1 : channels;
    const random = createRandom(options.units, 'windows');
    const draw = (count: number, scaleOf: (index: number) => number): number[] =>
      Array.from(Float32Array.from({ length: count }, (_, index) => random.normal() * scaleOf(index)));
    // Some sums leave the activation's range at once, some late, some never.
    const weights = draw(
      options.units * 9 * depth,
      (index) => 10 ** -(1 + (Math.floor(index / (9 * depth)) % 4)),
    );
    const bias = draw(options.units, () => 3);
    const found = bounds((b) => {
      const input = b.add('relu6', 'x', {}, [b.in('in', 1, size, size, channels)]);
      const { units, ...rest } = { ...options, weights, bias };
      return b.conv('y', input, units, 3, rest);
    });
    const [least, most] = { relu6: [0, 6], relu: [0, Infinity], none: [-Infinity, Infinity] }[
      options.activation
    ];
    const clamped = (sum: number): number => Math.min(most, Math.max(least, Math.fround(sum)));
    const ends = [
      [1, 3],
      [0, 3],
      [0, 2],
    ];
    const expected = bias.map((start, output) => {
      const windows = ends.flatMap((rows) => ends.map((columns) => [rows, columns]));
      const sums = windows.map(([rows, columns]) => {
        let [low, high] = [start, start];
        for (let y = rows[0]; y < rows[1]; y++) {
          for (let x = columns[0]; x < columns[1]; x++) {
            for (let channel = 0; channel < depth; channel++) {
              const product = 6 * weights[((output * 3 + y) * 3 + x) * depth + channel];
              low += Math.min(0, product);
              high += Math.max(0, product);
            }
          }
        }
        return [clamped(low), clamped(high)];
      });
      return [Math.min(...sums.map(([low]) => low)) + 0, Math.max(...sums.map(([, high]) => high)) + 0];
    });
    expect(found).toEqual(expected);
    expect(expected.some(([low]) => low > least)).toBe(true);
    expect(expected.some(([low]) => low === least)).toBe(options.activation !== 'none');
  });

  it('of a curve are known where its input is constant', () => {
    const [[low, high], unknown] = bounds((b) =>
      b.add('tanh', 'y', {}, [b.add('mul', 'x', none, [six(b, 'a'), b.const('c', [2], [0, 1])])]),
    );
    expect([low, high]).toEqual([0, 0]);
    expect(unknown).toEqual([-Infinity, Infinity]);
  });

  it('hold every int8 value that occurs, and some are a single one', () => {
    let constants = 0;
    for (let seed = 100; seed < 120; seed++) {
      const graph = drawInt8Graph(seed);
      const found = channelIntervals(graph);
      const interpreter = createInterpreter(graph);
      for (const input of drawRecords(graph.values.get(graph.inputs[0])?.type as TensorType, 4)) {
        interpreter.invoke([input], (id, data) => {
          const { low, high } = found.get(id) as { low: Float64Array; high: Float64Array };
          const outside = Array.from(data, Number).filter(
            (value, i) => value < low[i % low.length] || value > high[i % low.length],
          );
          expect(outside, `value ${id} of seed ${seed}`).toEqual([]);
        });
      }
      for (const { outputs } of graph.nodes) {
        const intervals = found.get(outputs[0]);
        for (let channel = 0; channel < (intervals?.low.length ?? 0); channel++) {
          if (constantOf(intervals, channel) !== undefined) constants++;
        }
      }
    }
    expect(constants).toBeGreaterThan(50);
  });
});
