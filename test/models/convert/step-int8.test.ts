/** Networks of one time step in integers: states have the scale of what is assigned, and sequences calibrate them. */

import { describe, expect, it } from 'vitest';
import { arrayRecords } from '../../../src/data/records/records.ts';
import { stepRecords } from '../../../src/data/records/step-records.ts';
import { importKeras } from '../../../src/formats/keras/import.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../../src/ir/graph.ts';
import { calibrate } from '../../../src/models/convert/calibrate.ts';
import { convertModel } from '../../../src/models/convert/convert-model.ts';
import { DEPTH, STEPS, sequenceModel, sequences } from '../../formats/keras/recurrent-layers.ts';

const COUNT = 40;
const all = sequences(COUNT);
const steps = stepRecords(arrayRecords({ ...all, shape: [...all.shape] }), DEPTH);

/** Signal to noise of what comes out behind every step, of all sequences. */
function decibels(graph: Graph, reference: Graph): number {
  const [a, b] = [graph, reference].map((one) => createInterpreter(one));
  let [signal, noise] = [0, 0];
  for (let step = 0; step < COUNT * STEPS; step++) {
    if (step % STEPS === 0) for (const one of [a, b]) one.reset();
    const input = all.data.slice(step * DEPTH, (step + 1) * DEPTH);
    const [got, wanted] = [a, b].map((one) => one.invoke([input])[0] as Float32Array);
    for (const [at, value] of wanted.entries()) {
      signal += value ** 2;
      noise += (value - got[at]) ** 2;
    }
  }
  return 10 * Math.log10(signal / noise);
}

const kinds = [
  ['LSTM', { kind: 'LSTM' }, 30],
  ['GRU', { kind: 'GRU', config: { reset_after: true } }, 30],
  ['SimpleRNN', { kind: 'SimpleRNN' }, 30],
  ['LSTM of other functions', { kind: 'LSTM', config: { activation: 'relu' } }, 25],
] as const;

describe('a network of one time step', () => {
  it.each(kinds)('%s in int8 and int16 follows float32', async (_, layer, least) => {
    const float = importKeras(sequenceModel([layer]), { step: true });
    for (const type of ['int8', 'int16x8'] as const) {
      const { bytes } = await convertModel(float, { type, io: 'float', calibration: steps });
      expect(decibels(readTflite(bytes).graph, float)).toBeGreaterThan(least);
    }
  });

  it('keeps what it assigns to a state as it is', async () => {
    const float = importKeras(sequenceModel([{ kind: 'GRU', config: { reset_after: true } }]), {
      step: true,
    });
    const { bytes } = await convertModel(float, { type: 'int8', calibration: steps });
    const { graph } = readTflite(bytes);
    const quantOf = (kind: string, operand: number) => {
      const node = graph.nodes.find((one) => one.kind === kind);
      return getValue(graph, node?.inputs[operand] as number).type.quant;
    };
    expect(graph.nodes.filter(({ kind }) => kind === 'quantize')).toEqual([]);
    expect(quantOf('assign_variable', 1)).toEqual(quantOf('read_variable', 0));
  });

  it('is calibrated from states of zero on at every sequence', async () => {
    const float = importKeras(sequenceModel([{ kind: 'SimpleRNN', config: { activation: 'linear' } }]), {
      step: true,
    });
    const { sequence: _, ...endless } = steps;
    const [apart, together] = await Promise.all([steps, endless].map((some) => calibrate(float, some, {})));
    const [output] = float.outputs;
    const interpreter = createInterpreter(float);
    let most = -Infinity;
    for (let step = 0; step < COUNT * STEPS; step++) {
      if (step % STEPS === 0) interpreter.reset();
      const [values] = interpreter.invoke([all.data.slice(step * DEPTH, (step + 1) * DEPTH)]);
      most = Math.max(most, ...(values as Float32Array));
    }
    expect(apart.ranges.get(output)?.max).toBe(most);
    expect(together.ranges.get(output)?.max).not.toBe(most);
  });
});
