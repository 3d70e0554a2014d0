/** Operators without an int8 kernel in an int8 graph: they stay in float32, and nothing else does. */

import { describe, expect, it } from 'vitest';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue, inputTypes, type ValueId } from '../../../src/ir/graph.ts';
import { deadCode } from '../../../src/passes/dead-code.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';
import { type FloatBuilder, graphOf } from '../run-pass.ts';

function quantized(graph: Graph, ranges: Readonly<Record<string, readonly [number, number]>>): Graph {
  const known = [...graph.values.values()].map(({ id, name }) => {
    const [min, max] = ranges[name] ?? [0, 0];
    return [id, { min, max }] as const;
  });
  return runPasses(graph, [quantizePass(new Map(known), { densePerChannel: false }), deadCode]);
}

const kinds = ({ nodes }: Graph): string[] => nodes.map(({ kind }) => kind);
const typesOf = (graph: Graph, kind: string): (string | undefined)[] =>
  graph.nodes
    .filter((node) => node.kind === kind)
    .flatMap((node) => inputTypes(graph, node).map((type) => type?.dtype));

describe('real functions', () => {
  const chain = (build: (b: FloatBuilder, log: ValueId) => ValueId): Graph =>
    graphOf((b) => {
      const x = b.add('relu', 'relu', {}, [b.in('x', 1, 4)]);
      const exp = b.add('exp', 'exp', {}, [x]);
      return [build(b, b.add('sqrt', 'sqrt', {}, [exp]))];
    });
  const ranges = { x: [-1, 2], relu: [0, 2], exp: [1, 7.4], sqrt: [1, 2.72], sum: [1, 4.8] } as const;

  it('follow each other without a step through int8', () => {
    const graph = quantized(
      chain((b, sqrt) => b.add('relu6', 'sum', {}, [sqrt])),
      ranges,
    );
    expect(kinds(graph)).toEqual(['relu', 'dequantize', 'exp', 'sqrt', 'quantize', 'relu6']);
    expect(typesOf(graph, 'sqrt')).toEqual(['float32']);
    const [result] = createInterpreter(graph).invoke([Int8Array.of(-128, 127, 0, -43)]);
    const [input, output] = [graph.inputs[0], graph.outputs[0]].map((id) => getValue(graph, id).type.quant);
    if (input?.scheme !== 'per-tensor' || output?.scheme !== 'per-tensor') throw new Error('no parameters');
    const real = [-128, 127, 0, -43].map((x) =>
      Math.exp(Math.max(0, input.scale * (x - input.zeroPoint)) / 2),
    );
    const errors = real.map((y, i) => Math.abs(y - output.scale * (Number(result[i]) - output.zeroPoint)));
    expect(Math.max(...errors)).toBeLessThan(1.5 * output.scale);
  });

  it('read and write one value in both types where it is read in both', () => {
    const graph = quantized(
      graphOf((b) => {
        const x = b.in('x', 1, 4);
        const [sin, cos] = [b.add('sin', 'sin', {}, [x]), b.add('cos', 'cos', {}, [x])];
        return [b.add('concatenation', 'sum', { axis: 1, activation: 'none' }, [x, sin]), cos];
      }),
      { x: [-1, 1], sin: [-0.9, 0.9], cos: [0.5, 1], sum: [-1, 1] },
    );
    expect(new Set(kinds(graph))).toEqual(new Set(['concatenation', 'cos', 'dequantize', 'quantize', 'sin']));
    expect(typesOf(graph, 'concatenation')).toEqual(['int8', 'int8']);
    expect(graph.outputs.map((id) => getValue(graph, id).type.dtype)).toEqual(['int8', 'int8']);
  });

  it('count and choose: comparisons in int8, their result as a number through QUANTIZE', () => {
    const graph = quantized(
      graphOf((b) => {
        const x = b.add('relu', 'relu', {}, [b.in('x', 1, 4)]);
        const holds = b.add('greater', 'holds', {}, [x, b.const('c', [1], [1])]);
        const chosen = b.add('select_v2', 'chosen', {}, [holds, x, b.const('zero', [1], [0])], 'float32');
        const counted = b.add('cast', 'counted', {}, [holds], 'float32');
        return [b.add('add', 'sum', { activation: 'none' }, [chosen, counted])];
      }),
      { x: [-2, 2], relu: [0, 2], chosen: [0, 2], counted: [0, 1], sum: [0, 3] },
    );
    expect(kinds(graph)).toEqual(['relu', 'greater', 'select_v2', 'cast', 'quantize', 'add']);
    expect(typesOf(graph, 'greater')).toEqual(['int8', 'int8']);
    expect(typesOf(graph, 'select_v2')).toEqual(['bool', 'int8', 'int8']);
    expect(typesOf(graph, 'cast')).toEqual(['bool']);
    const [result] = createInterpreter(graph).invoke([Int8Array.of(-128, 50, 80, 127)]);
    const output = getValue(graph, graph.outputs[0]).type.quant;
    if (output?.scheme !== 'per-tensor') throw new Error('no parameters');
    const real = Array.from(result as Int8Array, (y) => output.scale * (y - output.zeroPoint));
    for (const [i, expected] of [0, 0, 2.26, 3].entries())
      expect(Math.abs(real[i] - expected)).toBeLessThan(0.03);
  });

  it('take along what lies between them and one value, but not what int8 makes of the result', () => {
    const graph = quantized(
      graphOf((b) => {
        const x = b.add('tanh', 'tanh', {}, [b.in('x', 1, 4)]);
        const square = b.add('square', 'square', {}, [x]);
        const sum = b.add('add', 'sum', { activation: 'none' }, [square, b.add('relu', 'relu', {}, [x])]);
        return [b.add('mul', 'half', { activation: 'none' }, [sum, b.const('c', [1], [0.5])])];
      }),
      { x: [-2, 2], tanh: [-1, 1], square: [0, 1], relu: [0, 1], sum: [0, 2], half: [0, 1] },
    );
    expect(kinds(graph)).toEqual(['tanh', 'dequantize', 'square', 'relu', 'add', 'quantize', 'mul']);
    expect(typesOf(graph, 'relu')).toEqual(['float32']);
    expect(typesOf(graph, 'tanh')).toEqual(['int8']);
  });

  it('leave others in int8: another value, other elements, one factor for each channel', () => {
    const graph = quantized(
      graphOf((b) => {
        const x = b.in('x', 1, 4);
        const square = b.add('square', 'square', {}, [x]);
        const scaled = b.add('mul', 'scaled', { activation: 'none' }, [square, b.const('c', [4])]);
        return [b.add('add', 'sum', { activation: 'none' }, [scaled, b.in('y', 1, 4)])];
      }),
      { x: [-1, 1], y: [-1, 1], square: [0, 1], scaled: [-2, 2], sum: [-3, 3] },
    );
    expect(kinds(graph)).toEqual(['dequantize', 'square', 'quantize', 'mul', 'add']);
    expect(typesOf(graph, 'mul')).toEqual(['int8', 'int8']);
  });

  it('keep float32 constants', () => {
    const graph = quantized(
      graphOf((b) => [b.add('floor', 'sum', {}, [b.const('c', [2], [0.5, 3.5])]), b.in('x', 1)]),
      { x: [-1, 1], sum: [0, 3] },
    );
    expect(typesOf(graph, 'floor')).toEqual(['float32']);
  });
});

describe('what TFLM gives a fixed scale', () => {
  const endOf = (
    kind: 'log_softmax' | 'l2_normalization' | 'softmax',
    build: (b: FloatBuilder, y: ValueId) => ValueId = (_, y) => y,
  ): Graph =>
    graphOf((b) => {
      const x = b.in('x', 1, 4);
      return [build(b, kind === 'softmax' ? b.add(kind, 'y', { beta: 1 }, [x]) : b.add(kind, 'y', {}, [x]))];
    });

  it.each([
    ['log_softmax', [-4, -0.1], 5 / 255, 127],
    ['l2_normalization', [-0.2, 0.4], 0.75 / 255, -43],
  ] as const)(
    'and steps half as large serve, %s, stays in float32 at the end, with room',
    (kind, seen, scale, zeroPoint) => {
      const graph = quantized(endOf(kind), { x: [-2, 2], y: seen });
      expect(kinds(graph)).toEqual(['dequantize', kind, 'quantize']);
      expect(getValue(graph, graph.outputs[0]).type.quant).toMatchObject({
        scale: Math.fround(scale),
        zeroPoint,
      });
    },
  );

  it.each([
    ['what it holds needs larger steps', 'log_softmax', endOf('log_softmax'), [-7, -0.1]],
    ['elements are large', 'l2_normalization', endOf('l2_normalization'), [-0.4, 0.5]],
    [
      'others go on with it',
      'l2_normalization',
      endOf('l2_normalization', (b, y) => b.add('relu6', 'z', {}, [y])),
      [-0.2, 0.2],
    ],
    ['it is a probability, which may come near 1', 'softmax', endOf('softmax'), [0.2, 0.3]],
  ] as const)('is int8 where %s', (_, kind, graph, seen) => {
    const kept = quantized(graph, { x: [-2, 2], y: seen, z: [0, 1] });
    expect(typesOf(kept, kind)).toEqual(['int8']);
  });
});
