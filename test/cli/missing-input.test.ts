import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { sineNet } from '../formats/tflite/models.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

// Each lacks something else besides.
it.each([
  ['convert', 'none.onnx'],
  ['convert', 'none.onnx', '--io', 'int8', '--int16x8'],
  ['compress', 'none.h5'],
  ['compress', 'none.h5', '--force'],
  ['check', 'none.tflite'],
  ['check', 'none.tflite', '--input', 'none.csv'],
  ['evaluate', 'none.h5'],
  ['predict', 'none.tflite'],
  ['predict', 'none.tflite', '--raw-input', 'none.bin'],
  ['doctor', 'none.h5', '--write'],
  ['inspect', 'none.tflite', '--clock', '80'],
  ['export-c', 'none.tflite', '--library', 'chirale'],
  ['features', 'none.wav'],
  ['diff', 'none.tflite', 'other.tflite'],
  ['features', 'none.wav', '--preset', 'librosa'],
  ['init', '--from', 'none.csv'],
  ['evaluate', 'none.tflite', '--input', 'none.csv'],
])('a model or a recording that is not there is said before all else: %s %s', async (...argv) => {
  const { code, stdout, stderr } = await runMain(makeFolder(), argv);
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/^error none\.\w+ does not exist\.\nhint {2}Give the path of/m);
});

it.each(['inspect', 'convert', 'export-c', 'doctor', 'diff'])(
  'what is no model is said by %s, with all that is one',
  async (command) => {
    const folder = makeFolder();
    writeFileSync(join(folder, 't.csv'), 'a,b\n1,2\n');
    const { code, stdout, stderr } = await runMain(folder, [
      command,
      't.csv',
      ...(command === 'diff' ? ['t.csv'] : []),
    ]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(
      /^error t\.csv is no model file that tinyml knows\.\nhint {2}Give a \.tflite file, a \.h5 file,/m,
    );
  },
);

it('convert says that a folder is no model before it asks where the result goes', async () => {
  const { stderr } = await runMain(makeFolder(), ['convert', '.']);
  expect(stderr).toMatch(/^error \. is a folder without saved_model\.pb or model\.json\./m);
});

it('predict says that its samples are not there without the model in front', async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'm.tflite'), writeTflite(sineNet()));
  const { stderr } = await runMain(folder, ['predict', 'm.tflite', '--input', 'none.csv']);
  expect(stderr).toMatch(
    /^error none\.csv does not exist\.\nhint {2}Give the path of a \.npy, \.csv or \.json file\./m,
  );
});
