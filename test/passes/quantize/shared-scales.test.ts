import { describe, expect, it } from 'vitest';
import { type PerTensorQuant, perTensor } from '../../../src/core/quant-params.ts';
import type { TensorType } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { activationParameters, type Range } from '../../../src/passes/quantize/parameters.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';

const four: TensorType = { dtype: 'float32', shape: [1, 4] };
const join = { axis: 1, activation: 'none' } as const;

/** `-top` to `top`, so that every top has its own scale. */
const upTo = (top: number): Range => ({ min: -top, max: top });
const parameters = (top: number): PerTensorQuant => activationParameters(upTo(top));

/** Of `name7`: −7 … 7; of `name-1..7`: −1 … 7. */
function rangeOfName(name: string): Range {
  const [, min, max] = /(-?\d+)\.\.(\d+)/.exec(name) ?? [];
  return min === undefined ? upTo(Number(/\d+/.exec(name)?.[0])) : { min: Number(min), max: Number(max) };
}

/** Values have the range in their names. */
function quantized(builder: GraphBuilder, ...outputs: ValueId[]): Graph {
  const float = builder.build(outputs);
  const ranges = new Map([...float.values.values()].map(({ id, name }) => [id, rangeOfName(name)]));
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

  it("take a graph input's parameters, however far back it is, where they serve the range", () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const a = builder.add('relu', 'a0..1', {}, [x]);
    const inner = builder.add('concatenation', 'inner2', join, [a, x]);
    const outer = builder.add('pack', 'outer2', { axis: 0 }, [inner, inner]);
    const graph = quantized(builder, outer);
    expect([x, a, inner, outer].map((id) => quantOf(graph, id))).toEqual(new Array(4).fill(parameters(2)));
    expect(kinds(graph)).not.toContain('quantize');
  });

  it('take the parameters of an operator that assumes them, where they serve the range', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const [a, b] = [builder.add('relu', 'a0..3', {}, [x]), builder.add('logistic', 'b0..1', {}, [x])];
    const least = builder.add('minimum', 'least0..1', {}, [a, b]);
    const graph = quantized(builder, least);
    expect([a, b, least].map((id) => quantOf(graph, id))).toEqual(
      new Array(3).fill(perTensor(1 / 256, -128)),
    );
  });

  it.each(['logistic', 'tanh'] as const)('keep the range that a %s beside them does not have', (fixed) => {
    const builder = new GraphBuilder();
    const x = builder.input('x6', four);
    const [a, b] = [builder.add('relu', 'a0..6', {}, [x]), builder.add(fixed, 'b1', {}, [x])];
    const most = builder.add('maximum', 'most0..6', {}, [a, b]);
    const graph = quantized(builder, most);
    const own = activationParameters({ min: 0, max: 6 });
    expect([a, most].map((id) => quantOf(graph, id))).toEqual([own, own]);
    expect(kinds(graph)).toEqual(['relu', fixed, 'quantize', 'maximum']);
    const [result] = createInterpreter(graph).invoke([Int8Array.of(-128, 0, 63, 127)]);
    const real = [0, 1, 2, 3].map((i) => own.scale * (Number(result[i]) - own.zeroPoint));
    expect(real[2]).toBeCloseTo(3, 1);
    expect(real[3]).toBeCloseTo(6, 1);
  });

  it('keep the range that a graph input, or a finer one, does not have', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const a = builder.add('relu', 'a5', {}, [x]);
    const wide = builder.add('concatenation', 'wide5', join, [a, x]);
    const fine = builder.add('minimum', 'fine1', {}, [x, x]);
    const graph = quantized(builder, wide, fine);
    expect([x, a, wide, fine].map((id) => quantOf(graph, id))).toEqual([2, 5, 5, 1].map(parameters));
    expect(kinds(graph)).toEqual(['relu', 'quantize', 'concatenation', 'quantize', 'minimum']);
  });

  it('leave a producer its range where others read what they would cut off', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x9', four);
    const [a, b] = [builder.add('relu', 'a9', {}, [x]), builder.add('relu', 'b9', {}, [x])];
    const least = builder.add('minimum', 'least2', {}, [a, b]);
    const other = builder.add('relu', 'other9', {}, [a]);
    const graph = quantized(builder, least, other);
    expect([a, b, least].map((id) => quantOf(graph, id))).toEqual([9, 2, 2].map(parameters));
    expect(kinds(graph)).toEqual(['relu', 'relu', 'quantize', 'minimum', 'relu']);
  });

  it('take the range of such a producer where it is hardly wider', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x9', four);
    const [a, b] = [builder.add('relu', 'a6', {}, [x]), builder.add('relu', 'b6', {}, [x])];
    const least = builder.add('minimum', 'least5', {}, [a, b]);
    const graph = quantized(builder, least, a);
    expect([a, b, least].map((id) => quantOf(graph, id))).toEqual([6, 6, 6].map(parameters));
    expect(kinds(graph)).not.toContain('quantize');
  });

  it('leave it to one that is a graph output, or that many steps narrower', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x9', four);
    const [a, b, c] = ['a1', 'b5', 'c9'].map((name) => builder.add('relu', name, {}, [x]));
    const joined = builder.add('concatenation', 'joined9', join, [a, b, c]);
    const graph = quantized(builder, joined, a, b);
    expect([a, b, c, joined].map((id) => quantOf(graph, id))).toEqual([1, 9, 9, 9].map(parameters));
    expect(kinds(graph)).toEqual(['relu', 'relu', 'relu', 'quantize', 'concatenation']);
  });

  it('leave it to one that is averaged on the way', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x9', { dtype: 'float32', shape: [1, 2, 2, 1] });
    const window = { padding: 'valid', strides: [1, 1], filter: [2, 2], activation: 'none' } as const;
    const pooledBy = (kind: 'average_pool_2d' | 'max_pool_2d', name: string): readonly ValueId[] => {
      const a = builder.add('relu', `${name}9`, {}, [x]);
      return [a, builder.add(kind, `${name}pool2`, window, [a])];
    };
    const [a, average] = pooledBy('average_pool_2d', 'a');
    const [b, most] = pooledBy('max_pool_2d', 'b');
    const joined = builder.add('concatenation', 'joined2', { axis: 3, activation: 'none' }, [average, most]);
    const graph = quantized(builder, joined);
    expect([a, average, b, most, joined].map((id) => quantOf(graph, id))).toEqual(
      [9, 9, 2, 2, 2].map(parameters),
    );
  });

  it('takes its time from the size of the graph, not from the number of ways through it', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', { dtype: 'float32', shape: [1, 2, 2, 1] });
    let id = x;
    for (let depth = 0; depth < 64; depth++) {
      const turned = builder.add('transpose', 'turned2', { permutation: [0, 2, 1, 3] }, [id]);
      id = builder.add('maximum', 'most2', {}, [id, turned]);
    }
    expect(quantOf(quantized(builder, id), id)).toEqual(parameters(2));
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
    const a = builder.add('relu', 'a5', {}, [x]);
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

describe('operators that need one scale, by the rules of TensorFlow', () => {
  it('give their range to a producer that others read too, even if it is cut off', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x2', four);
    const [wide, narrow] = [builder.add('relu', 'wide9', {}, [x]), builder.add('relu', 'narrow3', {}, [x])];
    const joined = builder.add('concatenation', 'joined3', join, [wide, narrow]);
    const other = builder.add('relu6', 'other6', {}, [wide]);
    const float = builder.build([joined, other]);
    const ranges = new Map([...float.values.values()].map(({ id, name }) => [id, rangeOfName(name)]));
    const graph = runPasses(float, [
      quantizePass(ranges, { densePerChannel: false, scaleRules: 'tensorflow' }),
    ]);
    expect([wide, narrow, joined].map((id) => quantOf(graph, id))).toEqual(new Array(3).fill(parameters(3)));
    expect(kinds(graph)).not.toContain('quantize');
  });
});
