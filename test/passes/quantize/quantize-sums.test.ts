/** CUMSUM and ADD_N start their int8 sums at minus the zero point, so the quantizer has to give them zero point 0. */

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import type { Ranges } from '../../../src/passes/quantize/parameters.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';

const random = createRandom(4, 'sums');
/** Nothing below 0, so that the zero point of the input is −128. */
const x = Float32Array.from({ length: 24 }, () => 2 * random.uniform());

function graphOf(add: (builder: GraphBuilder, input: number) => number): Graph {
  const builder = new GraphBuilder();
  const input = builder.input('x', { dtype: 'float32', shape: [4, 6] });
  return builder.build([add(builder, input)]);
}

const graphs: readonly (readonly [string, Graph])[] = [
  [
    'cumsum',
    graphOf((builder, id) =>
      builder.add('cumsum', 'sum', { axis: 1, exclusive: false, reverse: true }, [id]),
    ),
  ],
  [
    'add_n',
    graphOf((builder, id) => {
      const double = builder.add('add', 'double', { activation: 'none' }, [id, id]);
      return builder.add('add_n', 'sum', {}, [id, double, id]);
    }),
  ],
];

describe('sums of values that are never negative', () => {
  it.each(graphs)('%s is right to a step of its input and one of its output', (_, graph) => {
    const ranges = new Map<number, { min: number; max: number }>();
    const float = createInterpreter(graph);
    const [expected] = float.invoke([x], (id, data) => {
      const values = Array.from(data, Number);
      ranges.set(id, { min: Math.min(...values), max: Math.max(...values) });
    });
    ranges.set(graph.inputs[0], { min: 0, max: 2 });
    const int8 = quantizePass(ranges as Ranges, { densePerChannel: false }).run(graph);
    const quantOf = (id: number) => int8.values.get(id)?.type.quant as { scale: number; zeroPoint: number };
    const input = quantOf(int8.inputs[0]);
    const output = quantOf(int8.outputs[0]);
    expect(input.zeroPoint).toBe(-128);
    const quantized = Int8Array.from(x, (value) => Math.round(value / input.scale) + input.zeroPoint);
    const [result] = createInterpreter(int8).invoke([quantized]);
    const errors = Array.from(result as Int8Array, (value, i) =>
      Math.abs(output.scale * (value - output.zeroPoint) - Number(expected[i])),
    );
    // Up to six operands, each half a step off twice, the second time in steps twice as wide.
    expect(Math.max(...errors)).toBeLessThan(6 * 2 * input.scale + output.scale);
  });
});
