/** Masks of −∞ in front of a SOFTMAX. */

import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { importModel } from '../../../src/formats/model-file.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph, ValueId } from '../../../src/ir/graph.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { finiteMasks } from '../../../src/passes/replace/finite-masks.ts';
import { onnxBytes } from '../../formats/onnx/onnx-file.ts';
import { type FloatBuilder, graphOf } from '../run-pass.ts';

const INFINITE = -Infinity;

type Masked = (b: FloatBuilder, scores: ValueId) => ValueId;

const attending = (masked: Masked): Graph =>
  graphOf((b) => [b.add('softmax', 'y', { beta: 1 }, [masked(b, b.in('x', 1, 2, 3))])]);

const added =
  (shape: readonly number[], data: readonly number[], activation: 'none' | 'relu' = 'none'): Masked =>
  (b, scores) =>
    b.add('add', 'masked', { activation }, [scores, b.const('mask', shape, data)]);

/** −∞ where the condition is 1, or where it is 0. */
const chosen =
  (condition: readonly number[], where: 0 | 1, shape: readonly number[] = [2, 3]): Masked =>
  (b, scores) => {
    const known = b.constant('condition', { dtype: 'bool', shape }, Uint8Array.from(condition));
    const far = b.const('far', [1], [INFINITE]);
    return b.add(
      'select_v2',
      'masked',
      {},
      [known, ...(where === 1 ? [far, scores] : [scores, far])],
      'float32',
    );
  };

const hasInfinity = ({ values }: Graph): boolean =>
  [...values.values()].some(({ data }) => data instanceof Float32Array && data.includes(INFINITE));

const CAUSAL = [0, INFINITE, INFINITE, 0, 0, INFINITE];

describe('finite-masks', () => {
  it.each<[string, Masked]>([
    ['added', added([2, 3], CAUSAL)],
    ['added to every row', added([3], [0, INFINITE, 0])],
    ['chosen where a condition holds', chosen([0, 1, 1, 0, 0, 1], 1)],
    ['chosen where a condition does not hold', chosen([1, 0, 0, 1, 1, 0], 0)],
    ['chosen for every row', chosen([0, 1, 0], 1, [3])],
    [
      'in front of another shape',
      (b, x) => b.add('reshape', 'z', { newShape: [2, 3] }, [added([2, 3], CAUSAL)(b, x)]),
    ],
  ])('gives the same bits without infinity: %s', (_, masked) => {
    const before = attending(masked);
    const after = finiteMasks.run(before);
    expect([hasInfinity(before), hasInfinity(after)]).toEqual([true, false]);
    expect(finiteMasks.run(after)).toBe(after);
    for (const scale of [0, 1, 100, -1e30]) {
      const x = Float32Array.from({ length: 6 }, (__, at) => scale * Math.sin(at));
      expect(createInterpreter(after).invoke([x])).toEqual(createInterpreter(before).invoke([x]));
    }
  });

  it.each<[string, Masked]>([
    ['a row is masked as a whole', added([2, 3], [0, 0, INFINITE, INFINITE, INFINITE, INFINITE])],
    ['a whole row is chosen', chosen([1, 1, 1, 0, 0, 1], 1)],
    ['rows are masked, not their elements', added([2, 1], [0, INFINITE])],
    ['an activation is in between', added([2, 3], CAUSAL, 'relu')],
    [
      'the condition is computed',
      (b, x) => {
        const condition = b.add('less', 'less', {}, [x, b.const('zero', [1], [0])]);
        return b.add('select_v2', 'masked', {}, [condition, b.const('far', [1], [INFINITE]), x], 'float32');
      },
    ],
    [
      'the rows become others',
      (b, x) => b.add('reshape', 'z', { newShape: [3, 2] }, [added([2, 3], CAUSAL)(b, x)]),
    ],
    [
      'something else reads the scores',
      (b, x) => {
        const scores = added([2, 3], CAUSAL)(b, x);
        return b.add('maximum', 'm', {}, [scores, b.add('softmax', 's', { beta: 1 }, [scores])]);
      },
    ],
  ])('keeps it where %s', (_, masked) => {
    const graph = attending(masked);
    expect(finiteMasks.run(graph)).toBe(graph);
  });

  it('lets causal attention of PyTorch become int8, without the test for NaN behind its SOFTMAX', async () => {
    const [steps, depth] = [4, 8];
    const wave = (length: number, pace: number): number[] =>
      Array.from({ length }, (_, at) => Math.sin(pace * at));
    const weights = (name: string, pace: number) => ({
      name,
      shape: [depth, depth],
      values: wave(depth * depth, pace),
    });
    const mask = Array.from({ length: steps ** 2 }, (_, at) => (at % steps > at / steps ? INFINITE : 0));
    const bytes = onnxBytes({
      inputs: [{ name: 'x', shape: [1, steps, depth] }],
      outputs: ['y'],
      constants: [
        weights('q', 1.1),
        weights('k', 1.7),
        weights('v', 2.3),
        { name: 'mask', shape: [steps, steps], values: mask },
        { name: 'zero', shape: [], values: [0] },
      ],
      nodes: [
        ...['q', 'k', 'v'].map((name) => ({
          operator: 'MatMul',
          inputs: ['x', name],
          outputs: [name.toUpperCase()],
        })),
        { operator: 'Transpose', inputs: ['K'], outputs: ['T'], attributes: { perm: [0, 2, 1] } },
        { operator: 'MatMul', inputs: ['Q', 'T'], outputs: ['S'] },
        { operator: 'Add', inputs: ['S', 'mask'], outputs: ['M'] },
        { operator: 'Softmax', inputs: ['M'], outputs: ['P'], attributes: { axis: -1 } },
        { operator: 'IsNaN', inputs: ['P'], outputs: ['N'] },
        { operator: 'Where', inputs: ['N', 'zero', 'P'], outputs: ['C'] },
        { operator: 'MatMul', inputs: ['C', 'V'], outputs: ['y'] },
      ],
    });
    const { graph } = await importModel(bytes);
    const data = Float32Array.from(wave(32 * steps * depth, 0.7));
    const calibration = arrayRecords({ shape: [32, steps, depth], data });
    const { graph: int8 } = readTflite((await convertModel(graph, { calibration, io: 'float' })).bytes);
    const kinds = int8.nodes.map(({ kind }) => kind);
    expect(kinds.filter((kind) => ['add', 'softmax', 'not_equal', 'select_v2'].includes(kind))).toEqual([
      'add',
      'softmax',
    ]);
    const record = data.subarray(0, steps * depth);
    const [[wanted], [got]] = [graph, int8].map((one) => createInterpreter(one).invoke([record]));
    let [signal, noise] = [0, 0];
    for (const [at, value] of wanted.entries()) {
      signal += Number(value) ** 2;
      noise += (Number(value) - Number(got[at])) ** 2;
    }
    expect(10 * Math.log10(signal / noise)).toBeGreaterThan(25);
  });
});
