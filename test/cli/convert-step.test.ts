/** `--recurrent step`: a file of one time step, of sequences that are one record each. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeTfjsModel } from '../../src/formats/tfjs/write.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { getValue } from '../../src/ir/graph.ts';
import { DEPTH, sequenceModel, sequences } from '../formats/keras/recurrent-layers.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

function folderOfGru(): string {
  const folder = makeFolder();
  const { modelJson, weights } = writeTfjsModel(
    sequenceModel([{ kind: 'GRU', config: { reset_after: true } }]),
  );
  writeFileSync(join(folder, 'model.json'), modelJson);
  writeFileSync(join(folder, 'weights.bin'), weights);
  const { data } = sequences(12);
  const rows = Array.from({ length: 12 }, (_, row) => [...data.subarray(row * 12, row * 12 + 12)]);
  writeFileSync(join(folder, 'x.json'), JSON.stringify(rows));
  return folder;
}

describe('--recurrent step', () => {
  it('converts, calibrated by whole sequences', async () => {
    const folder = folderOfGru();
    const args = [
      'convert',
      'model.json',
      '--recurrent',
      'step',
      '--calibration',
      'x.json',
      '-o',
      'g.tflite',
    ];
    const { code, stderr } = await runMain(folder, args);
    expect([code, stderr]).toEqual([0, '▸ calibrate\n']);
    const { graph } = readTflite(readFileSync(join(folder, 'g.tflite')));
    expect(getValue(graph, graph.inputs[0]).type).toMatchObject({ dtype: 'int8', shape: [1, 1, DEPTH] });
    expect(graph.nodes.map(({ kind }) => kind)).toContain('assign_variable');
  });

  it('has its states as inputs and outputs where that is asked for', async () => {
    const folder = folderOfGru();
    const args = ['convert', 'model.json', '--recurrent', 'step-io', '--calibration', 'x.json'];
    const { code, stderr } = await runMain(folder, [...args, '-o', 'g.tflite']);
    expect([code, stderr]).toEqual([0, '▸ calibrate\n']);
    const { graph } = readTflite(readFileSync(join(folder, 'g.tflite')));
    const namesOf = (ids: readonly number[]) => ids.map((id) => getValue(graph, id).name);
    expect(namesOf(graph.inputs)).toEqual(['input', 'layer_0/hidden_state']);
    expect(namesOf(graph.outputs)).toEqual(['output', 'layer_0/hidden_state/next']);
    writeFileSync(join(folder, 'zeros.json'), '[[0, 0, 0]]');
    writeFileSync(join(folder, 'step.json'), '[[1, 2]]');
    const input = 'input=step.json,layer_0/hidden_state=zeros.json';
    const predicted = await runMain(folder, ['predict', 'g.tflite', '--input', input]);
    expect([predicted.code, predicted.stderr]).toEqual([0, '']);
    expect(predicted.stdout).toContain('layer_0/hidden_state/next');
  });

  it.each([['--tflm'], ['--library', 'arduino-tflm', '--arduino'], ['--standalone']])(
    'and %s tells which outputs become which inputs',
    async (...layout) => {
      const folder = folderOfGru();
      const args = ['convert', 'model.json', '--recurrent', 'step-io', '--float', '-o', 'g.tflite'];
      expect((await runMain(folder, args)).code).toBe(0);
      const { code, stderr } = await runMain(folder, ['export-c', 'g.tflite', ...layout, 'c']);
      expect([code, stderr]).toEqual([0, '']);
      const readme = readFileSync(join(folder, 'c/README.md'), 'utf8');
      expect(readme).toContain('- `output_layer_0_hidden_state_next` becomes `input_layer_0_hidden_state`');
    },
  );

  it('is what inspect looks at', async () => {
    const args = ['inspect', 'model.json', '--recurrent', 'step', '--calibration', 'x.json'];
    const { code, stdout } = await runMain(folderOfGru(), args);
    expect(code).toBe(0);
    expect(stdout).toContain(`[1, 1, ${DEPTH}]`);
  });

  it('says nothing to formats that have no such layers', async () => {
    const folder = folderOfGru();
    await runMain(folder, ['convert', 'model.json', '--float', '-o', 'g.tflite']);
    const { code, stderr } = await runMain(folder, ['inspect', 'g.tflite', '--recurrent', 'step']);
    expect(code).toBe(2);
    expect(stderr).toContain('TensorFlow Lite has no such layers any more');
  });
});
