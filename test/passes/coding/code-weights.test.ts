import { describe, expect, it } from 'vitest';
import { perAxis, perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { TensorData, TensorType } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { checkGraph } from '../../../src/ir/check-graph.ts';
import { type CodedWeights, codableWeights, codeWeights } from '../../../src/passes/coding/code-weights.ts';
import { type LutCoding, lutCoding } from '../../../src/passes/coding/lut-coding.ts';
import { runOne } from '../../ops/one-node.ts';
import { fewValues } from './few-values.ts';

const int8 = (shape: readonly number[], axis?: number): TensorType => ({
  dtype: 'int8',
  shape,
  quant: axis === undefined ? perTensor(0.5, 0) : perAxis(axis, new Array<number>(shape[axis]).fill(0.5)),
});

function decoded(type: TensorType, { table, indices, ancillary }: LutCoding): TensorData {
  const operand = (data: Uint8Array) => ({ type: { dtype: 'uint8', shape: [data.length] }, data }) as const;
  return runOne('tflm_decode', { tables: [table] }, [operand(indices), operand(ancillary)], type);
}

describe('lutCoding', () => {
  it.each([1, 2, 3, 4, 5, 15, 16, 17, 31, 64, 65, 127, 128])('gives back tensors of %i values', (values) => {
    const random = createRandom(values, 'values');
    for (const type of [int8([8, 40]), int8([8, 40], 0), int8([8, 40], 1)]) {
      const data = Int8Array.from({ length: 320 }, () => random.below(values) - 64);
      const coding = lutCoding(type, data) as LutCoding;
      expect(2 ** coding.table.bitWidth).toBeGreaterThanOrEqual(coding.values);
      expect(decoded(type, coding)).toEqual(data);
    }
  });

  it('gives every channel its table where that is less', () => {
    const data = Int8Array.from({ length: 400 }, (_, at) => 2 * Math.floor(at / 100) + (at % 2));
    expect(lutCoding(int8([4, 100], 0), data)).toMatchObject({
      values: 2,
      table: { bitWidth: 1, stride: 2 },
    });
    const few = data.map((value) => value & 1);
    expect(lutCoding(int8([4, 100], 0), few)).toMatchObject({ values: 2, table: { bitWidth: 1, stride: 0 } });
    expect(lutCoding(int8([4, 100]), data)).toMatchObject({ values: 8, table: { bitWidth: 3, stride: 8 } });
  });

  it('keeps every bit of floats', () => {
    const data = Float32Array.from({ length: 60 }, (_, at) => [0, -0, 1e-40, -3.5e38, 0.1][at % 5]);
    const type: TensorType = { dtype: 'float32', shape: [60] };
    const coding = lutCoding(type, data) as LutCoding;
    expect(coding.values).toBe(5);
    expect(Object.is((decoded(type, coding) as Float32Array)[1], -0)).toBe(true);
    expect(decoded(type, coding)).toEqual(data);
  });

  it.each([
    ['of 129 values', int8([129]), Int8Array.from({ length: 129 }, (_, at) => at - 64)],
    ['with one scale along the last axis', int8([2, 1], 1), Int8Array.of(1, 2)],
    ['with scales along an axis in the middle', int8([2, 3, 2], 1), new Int8Array(12)],
    ['of int4', { dtype: 'int4', shape: [4], quant: perTensor(1, 0) }, new Int8Array(4)],
  ] as const)('leaves tensors %s alone', (_, type, data) => {
    expect(lutCoding(type, data)).toBeUndefined();
  });
});

describe('codeWeights', () => {
  it.each([
    [2, true],
    [16, true],
    [16, false],
    [100, false],
  ])('changes no output with %i values, shared: %s', (values, shared) => {
    const graph = fewValues({ values, shared }, values);
    const coded = codeWeights(graph, codableWeights(graph));
    checkGraph(coded);
    expect(coded.nodes.filter(({ kind }) => kind === 'tflm_decode')).toHaveLength(3);
    const [before, after] = [createInterpreter(graph), createInterpreter(coded)];
    const random = createRandom(1, 'records');
    for (let record = 0; record < 10; record++) {
      const input = Int8Array.from({ length: 128 }, () => random.below(256) - 128);
      expect(after.invoke([input])[0]).toEqual(before.invoke([input])[0]);
    }
  });

  it('decodes chosen weights alone, in front of what reads them', () => {
    const graph = fewValues({ values: 4, shared: true });
    const [, second] = codableWeights(graph);
    const chosen: CodedWeights = new Map([second]);
    expect(codeWeights(graph, chosen).nodes.map(({ kind }) => kind)).toEqual([
      'conv_2d',
      'tflm_decode',
      'depthwise_conv_2d',
      'reshape',
      'fully_connected',
    ]);
    expect(codeWeights(graph, new Map())).toEqual(graph);
  });

  it('finds nothing to code in a coded graph', () => {
    const graph = fewValues({ values: 4, shared: true });
    expect(codableWeights(codeWeights(graph, codableWeights(graph))).size).toBe(0);
  });
});
