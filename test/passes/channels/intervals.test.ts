import { describe, expect, it } from 'vitest';
import type { TensorType } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { ValueId } from '../../../src/ir/graph.ts';
import { channelIntervals, constantOf } from '../../../src/passes/channels/intervals.ts';
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
