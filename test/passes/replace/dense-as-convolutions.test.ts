import { describe, expect, it } from 'vitest';
import { perAxis, perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount, type Shape } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { nodeOf } from '../../../src/ir/builder.ts';
import type { Graph, Node, Value } from '../../../src/ir/graph.ts';
import { runPasses } from '../../../src/passes/pass.ts';
import { denseAsConvolutions } from '../../../src/passes/replace/dense-as-convolutions.ts';

/** FULLY_CONNECTED layers of so many units one behind the other, with odd scales for each unit, a bias and RELU. */
function chain(shape: Shape, keepNumDims: boolean, ...layers: readonly number[]): Graph {
  const random = createRandom(3, 'dense as convolutions');
  const int8 = (count: number): Int8Array => Int8Array.from({ length: count }, () => random.below(255) - 127);
  const values = new Map<number, Value>();
  const define = (value: Omit<Value, 'id'>): number => {
    values.set(values.size, { id: values.size, ...value });
    return values.size - 1;
  };
  const input = define({ name: 'x', type: { dtype: 'int8', shape, quant: perTensor(0.1, 3) } });
  const nodes: Node[] = [];
  let [from, scale] = [input, Math.fround(0.1)];
  for (const units of layers) {
    const { shape: before } = (values.get(from) as Value).type;
    const depth = before[before.length - 1];
    const scales = Array.from({ length: units }, () => 0.001 + 0.01 * random.uniform());
    const weights = define({
      name: 'w',
      type: { dtype: 'int8', shape: [units, depth], quant: perAxis(0, scales) },
      data: int8(units * depth),
    });
    const products = scales.map((of) => of * scale);
    const bias = define({
      name: 'b',
      type: { dtype: 'int32', shape: [units], quant: perAxis(0, products) },
      data: Int32Array.from({ length: units }, () => random.below(4000) - 2000),
    });
    const rows = keepNumDims ? before.slice(0, -1) : [elementCount(before) / depth];
    scale = Math.fround(0.37 * (0.5 + random.uniform()));
    const type = { dtype: 'int8', shape: [...rows, units], quant: perTensor(scale, -20) } as const;
    const output = define({ name: 'y', type });
    nodes.push(
      nodeOf('fully_connected', 'y', { activation: 'relu', keepNumDims }, [from, weights, bias], [output]),
    );
    from = output;
  }
  return { values, nodes, inputs: [input], outputs: [from] };
}

function expectSameBytes(before: Graph, after: Graph): void {
  const random = createRandom(5, 'inputs');
  const [a, b] = [before, after].map((graph) => createInterpreter(graph));
  for (let record = 0; record < 50; record++) {
    const x = Int8Array.from({ length: elementCount(a.inputs[0].shape) }, () => random.below(256) - 128);
    expect(b.invoke([x])).toEqual(a.invoke([x]));
  }
}

describe('dense-as-convolutions', () => {
  it.each([
    ['a vector', chain([1, 8], false, 5), ['reshape', 'conv_2d', 'reshape']],
    [
      'layers in a row',
      chain([1, 8], false, 5, 4, 3),
      ['reshape', 'conv_2d', 'conv_2d', 'conv_2d', 'reshape'],
    ],
    ['rows of a signal', chain([1, 6, 8], true, 5), ['reshape', 'conv_2d', 'reshape']],
    ['an image of one row', chain([1, 1, 6, 8], true, 5, 2), ['conv_2d', 'conv_2d']],
  ] as const)('computes the same bytes of %s, with no more RESHAPEs than it needs', (_, before, kinds) => {
    const after = runPasses(before, [denseAsConvolutions]);
    expect(after.nodes.map(({ kind }) => kind)).toEqual(kinds);
    expectSameBytes(before, after);
    expect(runPasses(after, [denseAsConvolutions])).toEqual(after);
  });

  it.each([
    ['no scale', undefined],
    ['a scale for each channel', perAxis(1, Array<number>(8).fill(0.1))],
  ])('leaves a layer alone whose input has %s, as damaged files do', (_, quant) => {
    const graph = chain([1, 8], false, 5);
    const input = graph.values.get(0) as Value;
    const { quant: __, ...plain } = input.type;
    const type = quant === undefined ? plain : { ...plain, quant };
    const odd = { ...graph, values: new Map(graph.values).set(0, { ...input, type }) };
    expect(denseAsConvolutions.run(odd).nodes.map(({ kind }) => kind)).toEqual(['fully_connected']);
  });

  it('leaves one scale in all alone, whose multiplier TFLM rounds otherwise', () => {
    const graph = chain([1, 8], false, 5);
    const weights = graph.values.get(1) as Value;
    const type = { ...weights.type, quant: perTensor(0.01, 0) };
    const single = { ...graph, values: new Map(graph.values).set(1, { ...weights, type }) };
    expect(denseAsConvolutions.run(single)).toBe(single);
  });
});
