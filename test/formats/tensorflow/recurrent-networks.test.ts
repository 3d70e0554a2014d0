/** Loops of TensorFlow's files that are recurrent layers: LSTM as one operator, and the networks of one time step. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { given } from '../../../src/core/given.ts';
import { readNpyFloat32 } from '../../../src/data/records/npy.ts';
import { importModel } from '../../../src/formats/model-file.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import type { Graph } from '../../../src/ir/graph.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';
import { furthest, lastOutputs } from '../keras/last-outputs.ts';
import {
  arrayLoopFile,
  basicLstmCell,
  DEPTH,
  type LoopOptions,
  loopFile,
  lstmCell,
  rnnCell,
  STEPS,
  type TestCell,
  UNITS,
} from './recurrent-loops.ts';

const kindsOf = ({ nodes }: Graph): readonly string[] => nodes.map(({ kind }) => kind);
const sequence = Float32Array.from({ length: STEPS * DEPTH }, (_, at) => Math.sin(at * 1.3));

async function imported(bytes: Uint8Array, step?: boolean, outputs = ['out']): Promise<Graph> {
  return (await importModel(bytes, given({ step, outputs }))).graph;
}

const run = (graph: Graph): Float32Array =>
  Float32Array.from(createInterpreter(graph).invoke([sequence])[0] as Float32Array);

describe('a loop that is a layer of LSTM', () => {
  it.each<readonly [string, TestCell, LoopOptions]>([
    ['as Keras has it', lstmCell(), {}],
    ['with other gates first', lstmCell('cofi'), {}],
    ['of which the last step is read', lstmCell(), { output: 'h' }],
    ['from the last step on', lstmCell(), { isReversed: true }],
    ['of TensorFlow 1', basicLstmCell(), {}],
  ])('%s becomes the operator, with the values of its steps', async (_, cell, options) => {
    const graph = await imported(loopFile(cell, options));
    expect(kindsOf(graph)).toContain('unidirectional_sequence_lstm');
    expect(kindsOf(graph)).not.toContain('logistic');
    // Whose cell state is read stays its steps.
    const steps = await imported(loopFile(cell, options), undefined, ['out', 'c']);
    expect(kindsOf(steps)).not.toContain('unidirectional_sequence_lstm');
    expect(furthest(run(graph), run(steps))).toBeLessThan(1e-6);
  });

  it.each<readonly [string, TestCell, LoopOptions]>([
    ['another function on the way out', lstmCell('ifco', 'Relu'), {}],
    ['a cell state that is read', lstmCell(), { output: 'c' }],
    ['another cell', rnnCell(), {}],
  ])('stays its steps with %s', async (_, cell, options) => {
    const kinds = kindsOf(await imported(loopFile(cell, options)));
    expect(kinds).not.toContain('unidirectional_sequence_lstm');
    expect(kinds.filter((kind) => kind === 'fully_connected').length).toBeGreaterThanOrEqual(STEPS);
  });
});

describe('a loop over arrays of TensorFlow 1', () => {
  it('that is a layer of LSTM becomes the operator, with the values of its steps', async () => {
    const graph = await imported(arrayLoopFile(basicLstmCell()));
    expect(kindsOf(graph)).toContain('unidirectional_sequence_lstm');
    const steps = await imported(arrayLoopFile(basicLstmCell()), undefined, ['out', 'c']);
    expect(kindsOf(steps)).not.toContain('unidirectional_sequence_lstm');
    expect(furthest(run(graph), run(steps))).toBeLessThan(1e-6);
    expect(furthest(run(steps), run(await imported(loopFile(basicLstmCell()))))).toBeLessThan(1e-6);
  });

  it.each<readonly [string, TestCell]>([
    ['LSTM', basicLstmCell()],
    ['a simple cell', rnnCell()],
  ])('has a network of one time step: %s', async (_, cell) => {
    const step = await imported(arrayLoopFile(cell, 'h'), true);
    const whole = run(await imported(arrayLoopFile(cell, 'h')));
    const [last] = lastOutputs(step, sequence, [1, STEPS, DEPTH]);
    expect(furthest(last, whole)).toBeLessThan(1e-6);
  });
});

describe('the network of one time step of a TensorFlow graph', () => {
  it.each<readonly [string, TestCell, LoopOptions, string]>([
    ['LSTM', lstmCell(), {}, 'unidirectional_sequence_lstm'],
    ['LSTM of TensorFlow 1', basicLstmCell(), { output: 'h' }, 'unidirectional_sequence_lstm'],
    ['LSTM of other functions', lstmCell('ifco', 'Relu'), {}, 'assign_variable'],
    ['LSTM whose cell state is read', lstmCell(), { output: 'c' }, 'assign_variable'],
    ['simple cell', rnnCell(), {}, 'assign_variable'],
  ])('%s: says after all steps what the whole sequence gives', async (_, cell, options, kind) => {
    const step = await imported(loopFile(cell, options), true);
    expect(kindsOf(step)).toContain(kind);
    const whole = run(await imported(loopFile(cell, options)));
    const [last] = lastOutputs(step, sequence, [1, STEPS, DEPTH]);
    expect(furthest(last, whole.slice(-UNITS))).toBeLessThan(1e-6);
  });

  it('is refused from the last step on', async () => {
    await expect(imported(loopFile(lstmCell(), { isReversed: true }), true)).rejects.toThrow(
      'its output is not that of the whole sequence',
    );
  });
});

const FILES = [
  ['frozen/lstm', 'frozen/lstm/lstm.pb'],
  ['frozen/lstm', 'frozen/lstm/lstm-lowered.pb'],
  ['saved_model/lstm', 'saved_model/lstm/saved_model/saved_model.pb'],
  ['saved_model/lstm', 'tfjs/lstm/web_model/model.json'],
] as const;

const folder = sharedPath('import');

async function read(file: string, step: boolean): Promise<Graph> {
  const path = `${folder}/${file}`;
  const loadShard = (shard: string) => readFileSync(`${path.slice(0, path.lastIndexOf('/'))}/${shard}`);
  return (await importModel(readFileSync(path), { name: file, loadShard, step })).graph;
}

describe.skipIf(folder === undefined)(`recorded layers of LSTM (${NO_SHARED})`, () => {
  it.each(FILES)('%s: %s is a layer, and one of one step', async (records, file) => {
    const graph = await read(file, false);
    const step = await read(file, true);
    for (const one of [graph, step]) expect(kindsOf(one)).toContain('unidirectional_sequence_lstm');
    const [x, y] = ['x', 'y'].map((letter) =>
      readNpyFloat32(readFileSync(`${folder}/${records}/${letter}.npy`)),
    );
    for (const [record, last] of lastOutputs(step, x.data, [4, ...x.shape.slice(1)]).entries()) {
      const end = (record + 1) * (y.data.length / y.shape[0]);
      expect(furthest(last, y.data.slice(end - last.length, end))).toBeLessThan(1e-5);
    }
  });
});
