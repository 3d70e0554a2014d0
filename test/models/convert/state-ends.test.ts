/** Networks of one time step whose states are inputs and outputs: whoever runs them copies these back. */

import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { stepRecords } from '../../../src/data/records/step-records.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { type ConvertOptions, convertModel } from '../../../src/models/convert/convert-model.ts';
import {
  DEPTH,
  type SequenceLayer,
  STEPS,
  sequenceModel,
  sequences,
} from '../../formats/keras/recurrent-layers.ts';

const COUNT = 16;
const all = sequences(COUNT);
const steps = stepRecords(arrayRecords({ ...all, shape: [...all.shape] }), DEPTH);

type Elements = Float32Array | Int8Array | Int16Array;

/** What comes out behind every step; states that are ends begin with what stands for zero, and are copied back. */
function outputsOf(graph: Graph): readonly (readonly number[])[] {
  const interpreter = createInterpreter(graph);
  const stateInputs = graph.inputs.slice(1).map((id) => getValue(graph, id).type);
  let states: readonly Elements[] = [];
  return Array.from({ length: COUNT * STEPS }, (_, step) => {
    if (step % STEPS === 0) {
      interpreter.reset();
      states = stateInputs.map(({ shape, dtype, quant }) => {
        const zero = quant?.scheme === 'per-tensor' ? quant.zeroPoint : 0;
        const length = shape.reduce((product, size) => product * size, 1);
        if (dtype === 'int8') return new Int8Array(length).fill(zero);
        return dtype === 'int16' ? new Int16Array(length) : new Float32Array(length);
      });
    }
    const input = all.data.slice(step * DEPTH, (step + 1) * DEPTH);
    const { dtype, quant } = getValue(graph, graph.inputs[0]).type;
    const [output, ...next] = interpreter.invoke([
      dtype === 'float32' || quant?.scheme !== 'per-tensor'
        ? input
        : Int8Array.from(input, (value) =>
            Math.max(-128, Math.min(127, Math.round(value / quant.scale) + quant.zeroPoint)),
          ),
      ...states,
    ]);
    states = next.map((state) => state.slice() as Elements);
    return Array.from(output as Elements);
  });
}

function graphOf(layers: readonly SequenceLayer[]): Graph {
  return importKeras(sequenceModel(layers), { step: true });
}

async function converted(graph: Graph, options: ConvertOptions): Promise<Graph> {
  const { bytes } = await convertModel(graph, { calibration: steps, ...options });
  return readTflite(bytes).graph;
}

function decibels(got: readonly (readonly number[])[], wanted: readonly (readonly number[])[]): number {
  let [signal, noise] = [0, 0];
  for (const [step, values] of wanted.entries()) {
    for (const [at, value] of values.entries()) {
      signal += value ** 2;
      noise += (value - got[step][at]) ** 2;
    }
  }
  return 10 * Math.log10(signal / noise);
}

const GRU: SequenceLayer = { kind: 'GRU', config: { reset_after: true } };
const STACK: readonly SequenceLayer[] = [
  { ...GRU, config: { ...GRU.config, return_sequences: true } },
  { kind: 'LSTM' },
];

describe('a network whose states are inputs and outputs', () => {
  it.each<readonly [string, readonly SequenceLayer[], readonly string[]]>([
    ['LSTM', [{ kind: 'LSTM' }], ['layer_0/hidden_state', 'layer_0/cell_state']],
    ['GRU', [GRU], ['layer_0/hidden_state']],
    ['SimpleRNN', [{ kind: 'SimpleRNN' }], ['layer_0/hidden_state']],
    ['several', STACK, ['layer_0/hidden_state', 'layer_1/hidden_state', 'layer_1/cell_state']],
  ])('%s: computes in every type what it computes with states that it keeps', async (_, layers, states) => {
    const float = graphOf(layers);
    const wanted = outputsOf(float);
    const least = { float: 100, int8: 28, int16x8: 40 };
    for (const type of ['float', 'int8', 'int16x8'] as const) {
      const graph = await converted(float, { type, io: 'float', recurrent: 'state-ends' });
      const namesOf = (ids: readonly number[]) => ids.map((id) => getValue(graph, id).name);
      expect(namesOf(graph.inputs)).toEqual(['input', ...states]);
      expect(namesOf(graph.outputs)).toEqual(['output', ...states.map((name) => `${name}/next`)]);
      expect([...graph.values.values()].filter(({ state }) => state !== undefined)).toEqual([]);
      expect(decibels(outputsOf(graph), wanted)).toBeGreaterThan(least[type]);
    }
  });

  it('has states whose bytes go back as they are, and gives the bytes of a network that keeps them', async () => {
    const float = graphOf([GRU, { kind: 'Dense' }]);
    const ends = await converted(float, { type: 'int8', recurrent: 'state-ends' });
    const [input, output] = [ends.inputs[1], ends.outputs[1]].map((id) => getValue(ends, id).type);
    expect(input).toMatchObject({ dtype: 'int8', quant: { scheme: 'per-tensor' } });
    expect(output).toEqual(input);
    expect(outputsOf(ends)).toEqual(outputsOf(await converted(float, { type: 'int8' })));
  });

  it('stays without variables with weights of float16', async () => {
    const { bytes } = await convertModel(graphOf([{ kind: 'LSTM' }]), {
      weights: 'float16',
      recurrent: 'state-ends',
    });
    expect(new TextDecoder('latin1').decode(bytes)).toContain('layer_0/cell_state/next');
  });
});
