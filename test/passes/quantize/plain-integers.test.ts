/** Indices, counts and conditions among real numbers: they have no scale, and nothing may give them one. */

import { describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { GraphBuilder } from '../../../src/ir/builder.ts';
import { type Graph, getValue, type ValueId } from '../../../src/ir/graph.ts';
import { isInt8 } from '../../../src/models/convert/lower.ts';
import { channelIntervals } from '../../../src/passes/channels/intervals.ts';
import { floatIo } from '../../../src/passes/ends/float-io.ts';
import { foldConstants } from '../../../src/passes/fold-constants.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { quantizePass } from '../../../src/passes/quantize/quantize.ts';

const none = { activation: 'none' } as const;
const LARGEST = 2147483647;

interface Mixed {
  readonly graph: Graph;
  readonly counts: ValueId;
  readonly sum: ValueId;
  readonly joined: ValueId;
}

/** The place of the largest of four numbers, plus a count that is given, beside the numbers themselves. */
function mixed(): Mixed {
  const builder = new GraphBuilder();
  const x = builder.input('x', { dtype: 'float32', shape: [1, 4] });
  const counts = builder.input('counts', { dtype: 'int32', shape: [1] });
  const positive = builder.add('relu', 'positive', {}, [x]);
  const best = builder.add('arg_max', 'best', { axis: 1 }, [positive]);
  const sum = builder.add('add', 'sum', none, [best, counts]);
  const joined = builder.add('concatenation', 'joined', { axis: 0, activation: 'none' }, [sum, counts]);
  return { graph: builder.build([positive, joined]), counts, sum, joined };
}

function quantized(graph: Graph): Graph {
  const ranges = new Map([...graph.values.keys()].map((id) => [id, { min: -2, max: 6 }]));
  return runPasses(graph, [quantizePass(ranges, { densePerChannel: false })]);
}

describe('plain integers', () => {
  it('keep their type when a model is quantized, as inputs, inside and joined', () => {
    const { graph, counts, sum, joined } = mixed();
    const int8 = quantized(graph);
    for (const id of [counts, sum, joined]) expect(getValue(int8, id)).toEqual(getValue(graph, id));
    const [real, integers] = createInterpreter(int8).invoke([
      Int8Array.of(3, 9, 1, 2),
      Int32Array.of(LARGEST),
    ]);
    expect(real).toBeInstanceOf(Int8Array);
    expect(integers).toEqual(Int32Array.of(-(2 ** 31), LARGEST));
  });

  it('stay integers where inputs and outputs become float32', () => {
    const { inputs, outputs, values } = runPasses(quantized(mixed().graph), [floatIo]);
    const types = [...inputs, ...outputs].map((id) => values.get(id)?.type.dtype);
    expect(types).toEqual(['float32', 'int32', 'float32', 'int32']);
  });

  it('do not make a float model int8, nor int8 without a scale', () => {
    const { graph } = mixed();
    expect([graph, quantized(graph)].map(isInt8)).toEqual([false, true]);

    const builder = new GraphBuilder();
    const x = builder.input('x', { dtype: 'float32', shape: [4] });
    const bytes = builder.input('bytes', { dtype: 'int8', shape: [4] });
    const y = builder.add('relu', 'y', {}, [x]);
    const row = builder.add('reshape', 'row', { newShape: [1, 4] }, [bytes]);
    const both = builder.build([y, row]);
    expect(isInt8(both)).toBe(false);
    expect(runPasses(both, [floatIo]).outputs).toEqual([y, row]);

    const scaled = new GraphBuilder();
    const scaledBytes = scaled.input('bytes', { dtype: 'int8', shape: [4], quant: perTensor(1, 0) });
    expect(isInt8(scaled.build([scaledBytes]))).toBe(true);
  });

  it('are nothing to be made float again', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { dtype: 'int32', shape: [4] });
    expect(isInt8(builder.build([builder.add('add', 'twice', none, [x, x])]))).toBe(true);
  });

  it('have no bounds, since they wrap around', () => {
    const { graph, sum } = mixed();
    expect(channelIntervals(graph).get(sum)).toEqual({
      low: Float64Array.of(-Infinity),
      high: Float64Array.of(Infinity),
    });
  });

  it('are folded where they are constant', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { dtype: 'int32', shape: [2] });
    const type = { dtype: 'int32', shape: [2] } as const;
    const a = builder.constant('a', type, Int32Array.of(3, LARGEST));
    const product = builder.add('mul', 'product', none, [a, a]);
    const graph = runPasses(builder.build([builder.add('add', 'y', none, [x, product])]), [foldConstants]);
    expect(graph.nodes.map(({ kind }) => kind)).toEqual(['add']);
    expect(getValue(graph, product).data).toEqual(Int32Array.of(9, 1));
  });
});
