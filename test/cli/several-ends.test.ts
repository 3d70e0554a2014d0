/** Models with several inputs and outputs through the command line: each end by its name. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../../src/data/records/npy.ts';
import { onnxBytes } from '../formats/onnx/onnx-file.ts';
import { removeFolders, runMain } from './run-main.ts';
import { A, B, folderWithModel, npy, ROWS } from './several-ends.ts';

afterAll(removeFolders);

async function convert(folder: string, calibration: string, output = 'int8.tflite') {
  return runMain(folder, ['convert', 'model.json', '--calibration', calibration, '-o', output, '--json']);
}

describe('samples for several inputs', () => {
  it('calibrate by name in any order, and out of a .npz file, to the same bytes', async () => {
    const folder = folderWithModel();
    const given = ['a=a.npy,b=b.npy', 'b=b.npy,a=a.npy', 'both.npz'];
    for (const [index, calibration] of given.entries()) {
      const { code, stderr } = await convert(folder, calibration, `${index}.tflite`);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
      const [first, other] = [0, index].map((file) => readFileSync(join(folder, `${file}.tflite`)));
      expect(other.equals(first)).toBe(true);
    }
    // Scales are those of each input's own samples, not of all of them.
    const { stdout } = await runMain(folder, ['inspect', '0.tflite']);
    const scaleOf = (name: string) =>
      Number(new RegExp(`${name} +int8 .* scale ([\\d.]+)`).exec(stdout)?.[1]);
    const width = (data: Float32Array) => (Math.max(...data) - Math.min(...data)) / 255;
    expect(scaleOf('a') / width(A)).toBeCloseTo(1, 1);
    expect(scaleOf('b') / width(B)).toBeCloseTo(1, 1);
  });

  it.each([
    ['a=a.npy', 'There are no samples for the input "b"', 'a [1, 3], b [1, 3]'],
    ['a=a.npy,c=b.npy', 'The model has no input "c"', 'Its inputs are a [1, 3], b [1, 3]'],
    ['a=a.npy,a=b.npy', 'The input "a" is given twice', 'a=x_0.npy,b=x_1.npy'],
    ['a=a.npy,b=few.npy', 'not equally many records for each input: 40 for a, 4 for b', 'sample i'],
    ['a.npy', 'The model has 2 inputs, and a.npy is one file of samples', 'a=x_0.npy,b=x_1.npy'],
    ['a.npy,b.npy', 'The model has 2 inputs, and which file is for which is not said', 'a=x_0.npy,b=x_1.npy'],
  ])('%s is refused', async (calibration, message, hint) => {
    const { code, stderr } = await convert(folderWithModel(), calibration);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });

  it.each(['a=both.npz,b=b.npy', 'a=one.npz,b=b.npy'])(
    '%s has the array in an archive',
    async (calibration) => {
      const folder = folderWithModel();
      writeFileSync(join(folder, 'one.npz'), zipSync({ 'x.npy': npy(A) }));
      await convert(folder, 'both.npz');
      const { code } = await convert(folder, calibration, 'archive.tflite');
      expect(code).toBe(0);
      const [first, other] = ['int8', 'archive'].map((file) => readFileSync(join(folder, `${file}.tflite`)));
      expect(other.equals(first)).toBe(true);
    },
  );

  it('are refused out of an archive that does not say which array it is', async () => {
    const folder = folderWithModel();
    writeFileSync(join(folder, 'xy.npz'), zipSync({ 'x.npy': npy(A), 'y.npy': npy(B) }));
    const { code, stderr } = await convert(folder, 'a=xy.npz,b=b.npy');
    expect(code).toBe(2);
    expect(stderr).toContain('xy.npz: It has the arrays x, y, and which are the samples of "a" is not said.');
    expect(stderr).toContain('Call one of them "a", or save it alone.');
  });

  it('compare models', async () => {
    const folder = folderWithModel();
    await convert(folder, 'both.npz');
    const { code, stdout } = await runMain(folder, [
      'diff',
      'model.json',
      'int8.tflite',
      '--input',
      'both.npz',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('outputs on the 40 records given');
    expect(stdout).toMatch(/output 0: .* SQNR [34]\d.* dB/);
    expect(stdout).toMatch(/output 1: .* SQNR [34]\d.* dB/);
  });

  it.each([
    ['doctor', '--calibration a=x_0.npy,b=x_1.npy'],
    ['convert -o x.tflite', '--calibration a=x_0.npy,b=x_1.npy'],
    ['compress --method prune -o x.tflite --data a.npy', 'one input and one output'],
    ['convert --float --stream-rows 1 -o x.tflite', '2 inputs, and new rows come in through one'],
  ])('are asked for, or refused: %s', async (words, text) => {
    const [command, ...others] = words.split(' ');
    const { code, stderr } = await runMain(folderWithModel(), [command, 'model.json', ...others]);
    expect([2, 3, 4]).toContain(code);
    expect(stderr).toContain(text);
  });

  it('tell the doctor what int8 costs', async () => {
    const { code, stdout, stderr } = await runMain(folderWithModel(), [
      'doctor',
      'model.json',
      '--calibration',
      'a=a.npy,b=b.npy',
    ]);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
    expect(stdout).toMatch(/dB/);
  });
});

describe('results of several outputs', () => {
  const sums = A.map((a, index) => a + B[index]);
  const predict = (folder: string, ...words: string[]) =>
    runMain(folder, ['predict', 'model.json', '--input', 'a=a.npy,b=b.npy', ...words]);
  const near = (values: readonly number[], expected: Float32Array) =>
    expect(values.map((value, index) => Math.abs(value - expected[index]) < 1e-6)).not.toContain(false);

  it('are printed with their names', async () => {
    const { code, stdout } = await predict(folderWithModel());
    const lines = stdout.trimEnd().split('\n');
    expect([code, lines.length]).toEqual([0, ROWS]);
    const values = /^sum (\S+ \S+ \S+) {2}rest \S+ \S+ \S+$/.exec(lines[1])?.[1].split(' ').map(Number);
    near(values ?? [], sums.subarray(3, 6));
  });

  it('have names in JSON, as the inputs have', async () => {
    const { stdout } = await predict(folderWithModel(), '--json');
    const { inputs, outputs } = JSON.parse(stdout);
    expect([inputs.length, outputs.length, Object.keys(inputs[0]), Object.keys(outputs[0])]).toEqual([
      ROWS,
      ROWS,
      ['a', 'b'],
      ['sum', 'rest'],
    ]);
    near(inputs[4].b, B.subarray(12, 15));
    near(outputs[4].sum, sums.subarray(12, 15));
  });

  it('go to a file each, or into one archive', async () => {
    const folder = folderWithModel();
    const { code, stdout } = await predict(folder, '-o', 'rest=r.npy,sum=s.csv');
    expect([code, stdout]).toEqual([0, 'r.npy\ns.csv\n']);
    const rest = readNpy(readFileSync(join(folder, 'r.npy')));
    expect(rest.shape).toEqual([ROWS, 3]);
    const relu = Float32Array.from(sums, (sum, index) => Math.max(0, sum * B[index]));
    near([...(rest.data as Float32Array)], relu);
    const lines = readFileSync(join(folder, 's.csv'), 'utf8').trimEnd().split('\n');
    near(
      lines.flatMap((line) => line.split(',').map(Number)),
      sums,
    );
    await predict(folder, '-o', 'y.npz');
    const members = unzipSync(readFileSync(join(folder, 'y.npz')));
    expect(Object.keys(members)).toEqual(['sum.npy', 'rest.npy']);
    expect(members['rest.npy']).toEqual(new Uint8Array(readFileSync(join(folder, 'r.npy'))));
  });

  it('say which of them have the channels last, unlike the file of the model', async () => {
    const folder = folderWithModel();
    const net = onnxBytes({
      inputs: [{ name: 'image', shape: [1, 3, 2, 4] }],
      outputs: ['map', 'score'],
      nodes: [
        { operator: 'Conv', inputs: ['image', 'w'], outputs: ['map'] },
        { operator: 'GlobalAveragePool', inputs: ['map'], outputs: ['mean'] },
        { operator: 'Flatten', inputs: ['mean'], outputs: ['score'] },
      ],
      constants: [{ name: 'w', shape: [2, 3, 1, 1], values: [1, 2, 3, 4, 5, 6] }],
    });
    writeFileSync(join(folder, 'net.onnx'), net);
    writeFileSync(join(folder, 'x.npy'), writeNpy('float32', [1, 3, 2, 4], new Float32Array(24).fill(1)));
    const { stderr } = await runMain(folder, ['predict', 'net.onnx', '--input', 'x.npy', '-o', 'y.npz']);
    expect(stderr).toContain('Results of the output "map" have the channels last');
  });

  it.each([
    [
      'y.npy',
      'The model has 2 outputs, and y.npy is one file',
      'sum=sum.npy,rest=rest.npy, or -o results.npz',
    ],
    ['top=y.npy', 'The model has no output "top"', 'Its outputs are sum [1, 3], rest [1, 3]'],
  ])('do not go to %s', async (output, message, hint) => {
    const { code, stderr } = await predict(folderWithModel(), '-o', output);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });
});
