import { describe, expect, it } from 'vitest';
import { elementCount } from '../../../../src/core/tensor.ts';
import { importKeras } from '../../../../src/formats/keras/import.ts';
import { writeTflite } from '../../../../src/formats/tflite/write.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { nodeOf } from '../../../../src/ir/builder.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../../../src/ir/graph.ts';
import { nodeWith, Rewrite } from '../../../../src/ir/rewrite.ts';
import { fuseLstm } from '../../../../src/models/convert/fuse/fuse-lstm.ts';
import { simplifyFloat } from '../../../../src/models/convert/lower.ts';
import { unrollLstm } from '../../../../src/models/convert/unroll-lstm.ts';
import { type SequenceLayer, sequenceModel, sequences } from '../../../formats/keras/recurrent-layers.ts';
import { type LstmOptions, lstmGraph } from '../lstm-graph.ts';

const sequence = { return_sequences: true };
const lstm = (config = {}): SequenceLayer => ({ kind: 'LSTM', config });

const imported = (layers: readonly SequenceLayer[], steps?: number): Graph =>
  importKeras(sequenceModel(layers, steps === undefined ? undefined : [steps, 2]));
const as = (recurrent: 'fused' | 'unrolled', graph: Graph): Graph =>
  simplifyFloat(graph, { without: [], recurrent });
const kinds = ({ nodes }: Graph): readonly string[] => nodes.map(({ kind }) => kind);

function outputOf(graph: Graph): Float32Array {
  const [, steps, depth] = getValue(graph, graph.inputs[0]).type.shape;
  const { data } = sequences(8);
  return Float32Array.from(
    createInterpreter(graph).invoke([data.slice(0, steps * depth)])[0] as Float32Array,
  );
}

describe('fuseLstm', () => {
  it.each<[string, readonly SequenceLayer[], number?]>([
    ['the last output', [lstm()]],
    ['a sequence', [lstm(sequence)]],
    ['a sequence whose steps are joined in groups', [lstm(sequence)], 23],
    ['from the last step on', [lstm({ go_backwards: true })]],
    ['a sequence from the last step on', [lstm({ ...sequence, go_backwards: true })]],
    ['no biases', [lstm({ use_bias: false })]],
    ['layers behind one another', [lstm(sequence), lstm(sequence), { kind: 'Dense' }]],
    ['layers that turn', [lstm({ ...sequence, go_backwards: true }), lstm({ go_backwards: true })]],
  ])('%s: the file is the one that was never unrolled', (_, layers, steps) => {
    const graph = imported(layers, steps);
    const unrolled = as('unrolled', graph);
    expect(kinds(unrolled)).not.toContain('unidirectional_sequence_lstm');
    const fused = as('fused', fuseLstm(unrolled).graph);
    expect(kinds(fused)).toEqual(kinds(as('fused', graph)));
    expect(writeTflite(fused)).toEqual(writeTflite(as('fused', graph)));
    const [made, wanted] = [outputOf(fused), outputOf(unrolled)];
    for (const [at, value] of wanted.entries()) expect(made[at]).toBeCloseTo(value, 5);
  });

  it.each<[string, LstmOptions]>([
    ['two sequences', { steps: 3, batch: 2 }],
    ['two sequences with the steps first', { steps: 3, batch: 2, timeMajor: true, gives: 'last' }],
    ['backwards, in the order of time', { steps: 4, isReversed: true, gives: 'turned' }],
  ])('%s: the same results from one operator', (_, options) => {
    const unrolled = unrollLstm.run(lstmGraph(options));
    const { graph } = fuseLstm(unrolled);
    expect(kinds(graph)).toContain('unidirectional_sequence_lstm');
    expect(kinds(graph)).not.toContain('fully_connected');
    const [made, wanted] = [graph, unrolled].map((one) => {
      const size = elementCount(getValue(one, one.inputs[0]).type.shape);
      return createInterpreter(one).invoke([Float32Array.from({ length: size }, (_, at) => Math.sin(at))])[0];
    });
    for (const [at, value] of (wanted as Float32Array).entries()) expect(made[at]).toBeCloseTo(value, 5);
  });

  it('says of which matrices those of the gates are parts', () => {
    const unrolled = as('unrolled', imported([lstm()]));
    const { graph, origins } = fuseLstm(unrolled);
    const wholes = [...origins].map(([part, whole]) => {
      const [rows, all] = [getValue(graph, part), getValue(unrolled, whole)].map(({ data }) => [
        ...(data as Float32Array),
      ]);
      return all.join().includes(rows.join());
    });
    expect(wholes).toEqual(new Array(8).fill(true));
  });

  const changed = (graph: Graph, change: (rewrite: Rewrite) => void): Graph => {
    const rewrite = new Rewrite(graph);
    change(rewrite);
    return rewrite.graph();
  };
  const named = (rewrite: Rewrite, name: string): Node =>
    rewrite.nodes.find((node) => node.name === name) as Node;

  it.each<[string, (rewrite: Rewrite) => void]>([
    [
      'a step has other weights',
      (rewrite) => {
        const node = named(rewrite, 'layer_0/step_2/gates/of_hidden');
        const [hidden, weights] = node.inputs as [ValueId, ValueId];
        const data = (rewrite.floats(weights) as Float32Array).map((value) => value * 1.01);
        const others = rewrite.constant('others', rewrite.type(weights), data);
        rewrite.replace(node, nodeWith(node, { inputs: [hidden, others] }));
      },
    ],
    [
      'a step computes something else',
      (rewrite) => {
        const node = named(rewrite, 'layer_0/step_2/shown');
        rewrite.replace(node, nodeOf('logistic', node.name, {}, node.inputs, node.outputs));
      },
    ],
    [
      'a cell state is read',
      (rewrite) => {
        const cell = named(rewrite, 'layer_0/step_5/cell').outputs[0];
        const last = named(rewrite, 'layer_0/step_5/hidden');
        const between = rewrite.fresh('between', rewrite.type(cell));
        const sum = nodeOf('add', 'sum', { activation: 'none' }, [between, cell], last.outputs);
        rewrite.replace(last, nodeWith(last, { outputs: [between] }), sum);
      },
    ],
  ])('the steps stay where %s', (_, change) => {
    const graph = changed(as('unrolled', imported([lstm()])), change);
    expect(fuseLstm(graph).graph).toBe(graph);
  });
});
