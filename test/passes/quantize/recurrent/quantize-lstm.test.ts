import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import { arrayRecords, type RecordSource } from '../../../../src/data/records/records.ts';
import { readTflite } from '../../../../src/formats/tflite/read.ts';
import { readOutline } from '../../../../src/formats/tflite/read-outline.ts';
import { createInterpreter } from '../../../../src/interpreter/interpreter.ts';
import { getValue, type ValueId } from '../../../../src/ir/graph.ts';
import { BIASES, CELL, HIDDEN, INPUT_WEIGHTS } from '../../../../src/kernels/recurrent/lstm-shape.ts';
import { calibrate } from '../../../../src/models/convert/calibrate.ts';
import { convertModel } from '../../../../src/models/convert/convert-model.ts';
import { rangeOf } from '../../../../src/passes/quantize/parameters.ts';
import { cellStateParameters } from '../../../../src/passes/quantize/recurrent/quantize-lstm.ts';
import { lstmGraph } from '../../../models/convert/lstm-graph.ts';

const STEPS = 6;

function records(count: number, scale = 2) {
  const random = createRandom(3, 'records');
  const shape = [count, STEPS, 3];
  const data = Float32Array.from({ length: count * STEPS * 3 }, () => (random.uniform() * 2 - 1) * scale);
  return arrayRecords({ shape, data });
}

/** Of every step of every record, by a layer that takes one step at a time. */
function cellStates(all: RecordSource): number[] {
  const interpreter = createInterpreter(lstmGraph({ steps: 1, isStateful: true }));
  const record = new Float32Array(STEPS * 3);
  const seen: number[] = [];
  for (let index = 0; index < all.count; index++) {
    all.read(index, 1, record);
    interpreter.reset();
    for (let step = 0; step < STEPS; step++) {
      const values = record.slice(step * 3, (step + 1) * 3);
      interpreter.invoke([values], undefined, (_, data) => seen.push(...(data as Float32Array)));
    }
  }
  return seen;
}

describe('cellStateParameters', () => {
  it.each([
    [{ min: -1, max: 0.5 }, 2 ** -15],
    [{ min: -1, max: 1.01 }, 2 ** -14],
    [{ min: 0, max: 7.9 }, 2 ** -12],
    [{ min: -8.1, max: 0 }, 2 ** -11],
    [{ min: 0, max: 1e9 }, 4],
    [{ min: 0, max: 0 }, 2 ** -27],
  ])('%o has steps of %f', (range, scale) => {
    expect(cellStateParameters(range)).toEqual({ scheme: 'per-tensor', scale, zeroPoint: 0 });
  });
});

describe('calibration', () => {
  it('sees the cell state of every step', async () => {
    const graph = lstmGraph({ steps: STEPS, gives: 'last' });
    const node = graph.nodes.find(({ kind }) => kind === 'unidirectional_sequence_lstm');
    const all = records(8);
    const { ranges, means } = await calibrate(graph, all, {});
    const [hidden, cell] = [HIDDEN, CELL].map((position) => node?.inputs[position] as ValueId);
    expect(ranges.get(cell)).toEqual(rangeOf(cellStates(all)));
    expect(means.has(cell)).toBe(false);
    expect(ranges.has(hidden)).toBe(false);
  });
});

describe('LSTM as integers', () => {
  it.each([
    ['int8', 'int8', 'int32'],
    ['int16x8', 'int16', 'int64'],
  ] as const)('%s: %s activations, biases of %s', async (type, activations, bias) => {
    const graph = lstmGraph({ steps: STEPS });
    const { bytes } = await convertModel(graph, { type, calibration: records(32) });
    const made = readTflite(bytes).graph;
    const node = made.nodes.find(({ kind }) => kind === 'unidirectional_sequence_lstm');
    const typeAt = (id: ValueId | undefined) => getValue(made, id as ValueId).type;
    const [hidden, cell] = [typeAt(node?.inputs[HIDDEN]), typeAt(node?.inputs[CELL])];
    const output = typeAt(node?.outputs[0]);
    expect([hidden.dtype, cell.dtype]).toEqual([activations, 'int16']);
    expect(hidden.quant).toEqual(output.quant);
    expect(Math.log2((cell.quant as { scale: number }).scale)).toBe(
      Math.round(Math.log2((cell.quant as { scale: number }).scale)),
    );
    const scale = (id: ValueId | undefined) => (typeAt(id).quant as { scale: number }).scale;
    for (let gate = 0; gate < 4; gate++) {
      expect(typeAt(node?.inputs[INPUT_WEIGHTS + gate]).dtype).toBe('int8');
      expect(typeAt(node?.inputs[BIASES + gate]).dtype).toBe(bias);
      expect(scale(node?.inputs[BIASES + gate])).toBe(
        Math.fround(scale(node?.inputs[0]) * scale(node?.inputs[INPUT_WEIGHTS + gate])),
      );
    }
    const { operators } = readOutline(bytes).outline.subgraphs[0];
    expect(operators.map(({ name }) => name)).toEqual(['RESHAPE', 'RESHAPE', 'UNIDIRECTIONAL_SEQUENCE_LSTM']);
  });
});
