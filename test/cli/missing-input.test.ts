import { afterAll, expect, it } from 'vitest';
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
])('a model or a recording that is not there is said before all else: %s %s', async (...argv) => {
  const { code, stdout, stderr } = await runMain(makeFolder(), argv);
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/none\.\w+ does not exist\.\nhint {2}Give the path of/);
});
