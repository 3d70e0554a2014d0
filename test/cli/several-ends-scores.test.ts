/** Scores of models with several inputs and outputs, on data that name them. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { removeFolders, runMain } from './run-main.ts';
import { A, B, folderWithModel, npy, ROWS } from './several-ends.ts';

afterAll(removeFolders);

const SUM = A.map((a, index) => a + B[index]);
const REST = SUM.map((sum, index) => Math.max(0, sum * B[index]));

interface Scored {
  readonly output?: string;
  readonly samples: number;
  readonly float: { readonly mae: number };
}

const evaluate = (folder: string, ...words: string[]) =>
  runMain(folder, ['evaluate', 'model.json', ...words]);

async function scored<T = Scored>(folder: string, ...words: string[]): Promise<T> {
  const { code, stdout, stderr } = await evaluate(folder, ...words, '--json');
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
  return JSON.parse(stdout) as T;
}

function folderWithSums(): string {
  const folder = folderWithModel();
  writeFileSync(join(folder, 'sum.npy'), npy(SUM));
  writeFileSync(
    join(folder, 'all.npz'),
    zipSync({ 'rest.npy': npy(REST), 'b.npy': npy(B), 'sum.npy': npy(SUM), 'a.npy': npy(A) }),
  );
  return folder;
}

describe('samples of several inputs', () => {
  it.each(['a=a.npy,b=b.npy,sum=sum.npy', 'sum=sum.npy,b=b.npy,a=a.npy'])(
    'are files by name: %s',
    async (input) => {
      const folder = folderWithSums();
      const sum = await scored(folder, '--input', input, '--output', 'sum', '--target', 'sum');
      expect([sum.samples, sum.float.mae]).toEqual([ROWS, 0]);
    },
  );

  it('are rows of a table, one input after another, and columns in front of and behind what is true', async () => {
    const folder = folderWithSums();
    const rows = Array.from({ length: ROWS }, (_, row) => {
      const of = (data: Float32Array) => [...data.subarray(3 * row, 3 * row + 3)];
      return [...of(SUM), ...of(A), ...of(B)].join();
    });
    writeFileSync(join(folder, 'all.csv'), `s,t,u,p,q,r,x,y,z\n${rows.join('\n')}\n`);
    const targets = ['s', 't', 'u'].flatMap((column) => ['--target', column]);
    const sum = await scored(folder, '--input', 'all.csv', '--output', 'sum', ...targets);
    expect(sum.float.mae).toBe(0);
    const named = ['s', 't', 'u'].flatMap((column) => ['--target', `sum=${column}`]);
    expect((await scored(folder, '--input', 'all.csv', ...named)).float.mae).toBe(0);
  });

  it.each([
    [['--input', 'a=a.npy,sum=sum.npy'], 'There are no samples for the input "b"', 'a [1, 3], b [1, 3]'],
    [['--input', 'a=a.npy,b=few.npy,sum=sum.npy'], '4 rows of b cannot be joined to more of a, sum', 'Row i'],
    [['--input', 'a=a.npy,a=b.npy,sum=sum.npy'], 'The name "a" is given twice', 'a name of its own'],
    [['--input', 'a=a.npy,b,sum=sum.npy'], '"b" is no name with a file', 'image=a.npy'],
    [['--input', 'sum.npy'], 'no column "sum"', 'The columns are'],
  ])('%j are refused', async (words, message, hint) => {
    const { code, stderr } = await evaluate(folderWithSums(), ...words, '--output', 'sum', '--target', 'sum');
    expect([2, 3]).toContain(code);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });
});

describe('scores of several outputs', () => {
  const both = ['--target', 'sum', '--target', 'rest'];

  it('are those of all whose truth is given', async () => {
    const { outputs } = await scored<{ outputs: readonly Scored[] }>(
      folderWithSums(),
      '--input',
      'all.npz',
      ...both,
    );
    expect(outputs.map(({ output }) => output)).toEqual(['sum', 'rest']);
    for (const { float } of outputs) expect(float.mae).toBeLessThan(1e-7);
    const { stdout } = await evaluate(folderWithSums(), '--input', 'all.npz', ...both);
    expect(stdout).toMatch(/^output sum\n\n40 samples.*\n(?:.*\n)*output rest\n\n40 samples/);
  });

  it('say which is which', async () => {
    const crossed = ['--target', 'sum=rest', '--target', 'rest=sum'];
    const { outputs } = await scored<{ outputs: readonly Scored[] }>(
      folderWithSums(),
      '--input',
      'all.npz',
      ...crossed,
    );
    for (const { float } of outputs) expect(float.mae).toBeGreaterThan(0.1);
  });

  it('are those of the one that is named', async () => {
    const words = ['--input', 'a=a.npy,b=b.npy,sum=sum.npy', '--target', 'sum'];
    expect((await scored(folderWithSums(), ...words, '--output', 'sum')).float.mae).toBe(0);
    expect((await scored(folderWithSums(), ...words, '--output', 'rest')).float.mae).toBeGreaterThan(0.1);
  });

  it('are held against limits, one after another', async () => {
    const folder = folderWithSums();
    await runMain(folder, ['convert', 'model.json', '--calibration', 'both.npz', '-o', 'int8.tflite']);
    const check = (...words: string[]) =>
      runMain(folder, [
        'check',
        'int8.tflite',
        '--input',
        'all.npz',
        '--target-column',
        'sum',
        '--mae',
        '0.02',
        ...words,
      ]);
    expect((await check('--output', 'sum')).code).toBe(0);
    expect((await check('--output', 'rest')).code).toBe(5);
    const { code, stderr } = await check('--target-column', 'rest');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--output sum, --output rest')]);
  });

  it.each([
    [['--target', 'a'], 'nothing says what is true of each', '--target sum=COLUMN --target rest=COLUMN'],
    [
      ['--target', 'sum', '--target', 'a'],
      'nothing says what is true of each',
      '--output sum, or --output rest',
    ],
    [['--target', 'sum', '--output', 'top'], 'no output "top"', 'sum, rest'],
    [[...both, '--labels', 'x,y'], '--labels is of one output', '--output sum'],
  ])('%j are refused', async (words, message, hint) => {
    const { code, stderr } = await evaluate(folderWithSums(), '--input', 'all.npz', ...words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });
});
