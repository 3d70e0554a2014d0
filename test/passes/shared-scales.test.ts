import { describe, expect, it } from 'vitest';
import { type PerTensorQuant, perTensor } from '../../src/core/quant-params.ts';
import type { TensorType } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { GraphBuilder } from '../../src/ir/builder.ts';
import { type Graph, getValue, type ValueId } from '../../src/ir/graph.ts';
import { runPasses } from '../../src/passes/pass.ts';
import { activationParameters, type Range } from '../../src/passes/quantize/parameters.ts';
import { quantizePass } from '../../src/passes/quantize/quantize.ts';

const four: TensorType = { dtype: 'float32', shape: [1, 4] };
const join = { axis: 1, activation: 'none' } as const;

/** `-top` to `top`, so that every top has its own scale. */
const upTo = (top: number): Range => ({ min: -top, max: top });
const parameters = (top: number): PerTensorQuant => activationParameters(upTo(top));

/** Values named `name7` have range −7 … 7. */
function quantized(builder: GraphBuilder, ...outputs: ValueId[]): Graph {
  const float = builder.build(outputs);
  const ranges = new Map(
    [...float.values.values()].map(({ id, name }) => [id, upTo(Number(/\d+/.exec(name)?.[0]))]),
  );
  return runPasses(float, [quantizePass(ranges, { densePerChannel: false })]);
}

const quantOf = (graph: Graph, id: ValueId) => getValue(graph, id).type.quant;
const kinds = (graph: Graph) => graph.nodes.map(({ kind }) => kind);

describe('operators that need one scale', () => {
  it('give their range to the producers', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const [a, b] = [builder.add('relu', 'a1', {}, [x]), builder.add('relu', 'b3', {}, [x])];
    const joined = builder.add('concatenation', 'joined5', join, [a, b]);
    const graph = quantized(builder, joined);
    expect([a, b, joined].map((id) => quantOf(graph, id))).toEqual(new Array(3).fill(parameters(5)));
    expect(quantOf(graph, x)).toEqual(parameters(2));
    expect(kinds(graph)).toEqual(['relu', 'relu', 'concatenation']);
  });

  it('give it through operators that keep the scale, and from the end of a chain', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const [a, b, c] = ['a1', 'b3', 'c4'].map((name) => builder.add('relu', name, {}, [x]));
    const inner = builder.add('concatenation', 'inner5', join, [a, b]);
    const shaped = builder.add('reshape', 'shaped9', { newShape: [1, 8] }, [inner]);
    const outer = builder.add('concatenation', 'outer6', join, [shaped, c]);
    const graph = quantized(builder, outer);
    expect([a, b, c, inner, shaped, outer].map((id) => quantOf(graph, id))).toEqual(
      new Array(6).fill(parameters(6)),
    );
    expect(kinds(graph)).not.toContain('quantize');
  });

  it("take a graph input's parameters, however far back it is", () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const a = builder.add('relu', 'a1', {}, [x]);
    const inner = builder.add('concatenation', 'inner5', join, [a, x]);
    const outer = builder.add('pack', 'outer6', { axis: 0 }, [inner, inner]);
    const graph = quantized(builder, outer);
    expect([x, a, inner, outer].map((id) => quantOf(graph, id))).toEqual(new Array(4).fill(parameters(2)));
    expect(kinds(graph)).not.toContain('quantize');
  });

  it('take the parameters of an operator that assumes them', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const [a, b] = [builder.add('relu', 'a1', {}, [x]), builder.add('logistic', 'b1', {}, [x])];
    const most = builder.add('maximum', 'most5', {}, [a, b]);
    const graph = quantized(builder, most);
    expect([a, b, most].map((id) => quantOf(graph, id))).toEqual(new Array(3).fill(perTensor(1 / 256, -128)));
  });

  it('convert what cannot change: one QUANTIZE for all who read it', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const [a, b] = [builder.add('tanh', 'a1', {}, [x]), builder.add('logistic', 'b1', {}, [x])];
    const joined = builder.add('concatenation', 'joined1', join, [a, b, b]);
    const graph = quantized(builder, joined);
    expect(kinds(graph)).toEqual(['tanh', 'logistic', 'quantize', 'concatenation']);
    expect(quantOf(graph, joined)).toEqual(perTensor(1 / 128, 0));
    expect(quantOf(graph, b)).toEqual(perTensor(1 / 256, -128));
    const { scale, zeroPoint } = parameters(2);
    const [result] = createInterpreter(graph).invoke([
      Int8Array.of(-128, zeroPoint, zeroPoint + Math.round(1 / scale), 127),
    ]);
    const expected = [-2, 0, 1, 2].map((v) => 128 * Math.tanh(v));
    const expectedB = [-2, 0, 1, 2].map((v) => 128 / (1 + Math.exp(-v)));
    for (const [i, value] of [...expected, ...expectedB, ...expectedB].entries()) {
      expect(Math.abs(Number(result[i]) - value)).toBeLessThan(1.5);
    }
  });

  it('convert for the earlier of two that want different scales of one value', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const a = builder.add('relu', 'a1', {}, [x]);
    const first = builder.add('concatenation', 'first5', join, [a, a]);
    const second = builder.add('concatenation', 'second6', join, [a, a]);
    const graph = quantized(builder, first, second);
    expect([a, first, second].map((id) => quantOf(graph, id))).toEqual([6, 5, 6].map(parameters));
    expect(kinds(graph)).toEqual(['relu', 'quantize', 'concatenation', 'concatenation']);
  });

  it('bring constants into their scale', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const a = builder.add('relu', 'a1', {}, [x]);
    // A single number would be left to the saturation of int8.
    const limits = Float32Array.of(0.5, 0.5, 0.5, 0.5);
    const limit = builder.constant('limit9', { dtype: 'float32', shape: [4] }, limits);
    const least = builder.add('minimum', 'least1', {}, [a, limit]);
    const graph = quantized(builder, least);
    const constant = getValue(graph, graph.nodes[1].inputs[1] as ValueId);
    expect(constant.type.quant).toEqual(parameters(1));
    expect(constant.data).toEqual(
      new Int8Array(4).fill(Math.round(0.5 / parameters(1).scale) + parameters(1).zeroPoint),
    );
  });
});

describe('integers', () => {
  it('stay: indices of GATHER, and what ARG_MAX gives', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const indices = builder.constant('i0', { dtype: 'int32', shape: [2] }, Int32Array.of(3, 1));
    const taken = builder.add('gather', 'taken1', { axis: 1, batchDims: 0 }, [x, indices]);
    const best = builder.add('arg_max', 'best0', { axis: 1 }, [taken]);
    const graph = quantized(builder, best);
    expect(getValue(graph, best).type).toEqual({ dtype: 'int32', shape: [1] });
    const [result] = createInterpreter(graph).invoke([Int8Array.of(9, 7, 9, 5)]);
    expect(result).toEqual(Int32Array.of(1));
  });

  it('every piece of a cut tensor has its scale', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const pieces = builder.addMany('split', 'piece1', { axis: 1, count: 2 }, [x]);
    const graph = quantized(builder, ...pieces);
    expect(pieces.map((id) => getValue(graph, id))).toMatchObject(
      ['piece1', 'piece1:1'].map((name) => ({
        name,
        type: { dtype: 'int8', shape: [1, 2], quant: parameters(2) },
      })),
    );
    const results = createInterpreter(graph).invoke([Int8Array.of(1, 2, 3, 4)]);
    expect(results).toEqual([Int8Array.of(1, 2), Int8Array.of(3, 4)]);
  });
});
