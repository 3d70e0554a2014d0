import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/core/random.ts';
import { elementCount } from '../../../src/core/tensor.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, remembersRecords } from '../../../src/ir/graph.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { simplifyFloat } from '../../../src/models/convert/lower.ts';
import { unrollLstm } from '../../../src/models/convert/unroll-lstm.ts';
import { foretellInt8 } from '../../../src/models/inspect/foretell-int8.ts';
import { type LstmOptions, lstmGraph } from './lstm-graph.ts';

const RECORDS = 3;

/** What a graph makes of records that follow each other. */
function run(graph: Graph): readonly (readonly number[])[] {
  const interpreter = createInterpreter(graph);
  const random = createRandom(9, 'records');
  return Array.from({ length: RECORDS }, () => {
    const data = Float32Array.from(
      { length: elementCount(interpreter.inputs[0].shape) },
      () => random.uniform() * 4 - 2,
    );
    return [...(interpreter.invoke([data])[0] as Float32Array)];
  });
}

const kindsOf = ({ nodes }: Graph) => new Set(nodes.map(({ kind }) => kind));

const CASES: readonly (readonly [string, LstmOptions])[] = [
  ['a sequence', { steps: 5 }],
  ['more steps than a concatenation joins', { steps: 13, gives: 'sequence' }],
  ['the last step', { steps: 5, gives: 'last' }],
  ['backwards', { steps: 5, isReversed: true, gives: 'last' }],
  ['backwards, in the order of time', { steps: 4, isReversed: true, gives: 'turned' }],
  ['two sequences', { steps: 3, batch: 2 }],
  ['two sequences with the steps first', { steps: 3, batch: 2, timeMajor: true, gives: 'last' }],
  ['one step', { steps: 1 }],
];

describe('unroll-lstm', () => {
  it.each(CASES)('%s: the same results from operators of every step', (_, options) => {
    const graph = lstmGraph(options);
    const unrolled = unrollLstm.run(graph);
    const kinds = kindsOf(unrolled);
    for (const gone of [
      'unidirectional_sequence_lstm',
      'assign_variable',
      'reverse_v2',
      'strided_slice',
    ] as const)
      expect(kinds).not.toContain(gone);
    const [expected, actual] = [run(graph), run(unrolled)];
    for (const [record, values] of expected.entries()) {
      for (const [index, value] of values.entries()) expect(actual[record][index]).toBeCloseTo(value, 6);
    }
  });

  it('reads and assigns states that go on', () => {
    const graph = lstmGraph({ steps: 3, isStateful: true });
    expect(remembersRecords(graph)).toBe(true);
    const [first, second] = run(graph);
    expect(first).not.toEqual(second);
    const unrolled = unrollLstm.run(graph);
    expect(kindsOf(unrolled)).not.toContain('unidirectional_sequence_lstm');
    expect(unrolled.nodes.filter(({ kind }) => kind === 'read_variable')).toHaveLength(2);
    const [once, again] = run(unrolled);
    for (const [index, value] of first.entries()) expect(once[index]).toBeCloseTo(value, 6);
    for (const [index, value] of second.entries()) expect(again[index]).toBeCloseTo(value, 6);
  });

  it('begins with zeros at every record', () => {
    const graph = lstmGraph({ steps: 3 });
    expect(remembersRecords(graph)).toBe(false);
    const interpreter = createInterpreter(graph);
    const record = Float32Array.from({ length: 9 }, (_, i) => i / 4 - 1);
    const results = [1, 2].map(() => [...(interpreter.invoke([record])[0] as Float32Array)]);
    expect(results[1]).toEqual(results[0]);
  });
});

describe('the form of LSTM layers', () => {
  it.each([1, 2, 3, 6])('of %i steps: what takes fewer bytes, in int8 and in float32', async (steps) => {
    const graph = lstmGraph({ steps, gives: 'last' });
    const bytesOf = async (type: 'int8' | 'float', recurrent?: 'fused' | 'unrolled') => {
      const form = { io: 'int8', densePerChannel: false, library: 'tflm', recurrent } as const;
      if (type === 'int8') return (await foretellInt8(graph, form)).bytes.length;
      return (await convertModel(graph, { type, ...(recurrent && { recurrent }) })).bytes.length;
    };
    for (const type of ['int8', 'float'] as const) {
      const [fused, unrolled] = [await bytesOf(type, 'fused'), await bytesOf(type, 'unrolled')];
      expect(await bytesOf(type), `${type}: ${fused} or ${unrolled}`).toBe(Math.min(fused, unrolled));
    }
  });

  it('stays an operator where it keeps its states, but for libraries that compute it otherwise', () => {
    const graph = lstmGraph({ steps: 1, isStateful: true });
    const kinds = (form: Parameters<typeof simplifyFloat>[1]) => kindsOf(simplifyFloat(graph, form));
    expect(kinds({ without: [] })).toContain('unidirectional_sequence_lstm');
    expect(kinds({ library: 'chirale', without: [] })).not.toContain('unidirectional_sequence_lstm');
    expect(kinds({ recurrent: 'unrolled', without: [] })).not.toContain('unidirectional_sequence_lstm');
  });

  it('is unrolled for libraries that compute the operator otherwise', () => {
    const graph = lstmGraph({ steps: 4 });
    const kinds = (library: 'tflm' | 'arduino-tflm' | 'chirale') =>
      kindsOf(simplifyFloat(graph, { library, without: [] }));
    expect(kinds('tflm')).toContain('unidirectional_sequence_lstm');
    expect(kinds('arduino-tflm')).not.toContain('unidirectional_sequence_lstm');
    expect(kinds('chirale')).not.toContain('unidirectional_sequence_lstm');
  });
});
