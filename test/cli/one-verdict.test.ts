/** What no library runs, whichever command is asked: one sentence, and never silence. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  BuiltinOperator,
  type FileOf,
  fileOf,
  type OperatorOf,
  type TensorOf,
} from '../formats/tflite/file-of.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

const row = { shape: [1, 4] } as const;
const open = { shape: [-1, 4] } as const;
const variant = { type: 'variant', shape: [1, 4] } as const;

function chained(tensors: readonly TensorOf[], ...kinds: readonly Partial<OperatorOf>[]): FileOf {
  const operators = kinds.map((kind, at) => ({
    code: BuiltinOperator.RELU,
    inputs: [at],
    outputs: [at + 1],
    ...kind,
  }));
  return { tensors, operators, outputs: [kinds.length] };
}

function customNamed(customName: string): Partial<OperatorOf> {
  return { code: BuiltinOperator.CUSTOM, customName };
}

const MODELS: readonly (readonly [
  title: string,
  file: FileOf,
  place: string,
  sentence: string,
  named: string,
])[] = [
  [
    'a custom operator',
    chained([row, row, row], {}, customNamed('MyOp')),
    'operator 1 (MyOp, "tensor 2")',
    'It is a custom operator, which firmware must bring itself',
    'operator 1: is custom operator "MyOp"',
  ],
  [
    'an operator of TensorFlow',
    chained([row, row, row], {}, customNamed('FlexErf')),
    'operator 1 (FlexErf, "tensor 2")',
    'It is an operator of TensorFlow itself (SELECT_TF_OPS), which no library for microcontrollers has',
    'operator 1: is custom operator "FlexErf"',
  ],
  [
    'a free batch',
    chained([open, open], {}),
    'operator 0 (RELU, "tensor 1")',
    'Its tensor "tensor 0" has shape [-1, 4], and every dimension must be known',
    'tensor 0 ("tensor 0"): has shape [-1, 4]',
  ],
  [
    'a type without a size',
    chained([row, variant, row], {}, {}),
    'operator 0 (RELU, "tensor 1")',
    'Its tensor "tensor 1" holds variant, for which TensorFlow Lite Micro has no size',
    'tensor 1 ("tensor 1"): holds variant',
  ],
  [
    'a tensor without a size that no operator touches',
    chained([row, row, variant], {}),
    '',
    'tensor 2 ("tensor 2") holds variant, for which TensorFlow Lite Micro has no size',
    'tensor 2 ("tensor 2"): holds variant',
  ],
];

describe.each(MODELS)('%s', (_, file, place, sentence, named) => {
  async function run(...argv: readonly string[]): Promise<{ code: number; text: string }> {
    const folder = makeFolder();
    writeFileSync(join(folder, 'm.tflite'), fileOf(file));
    const { code, stdout, stderr } = await runMain(folder, argv);
    return { code, text: `${stdout}${stderr}` };
  }

  it.each(['tflm', 'arduino-tflm', 'chirale'])('fails a check for %s', async (library) => {
    const { code, text } = await run('check', 'm.tflite', '--ops-for', library);
    expect([code, text]).toEqual([5, expect.stringContaining(`${sentence}.`)]);
  });

  it('is no firmware', async () => {
    for (const layout of [
      ['--tflm', 'out'],
      ['--arduino', 'out', '--library', 'chirale'],
    ]) {
      const { code, text } = await run('export-c', 'm.tflite', ...layout);
      expect([code, text]).toEqual([4, expect.stringContaining(`${sentence}.`)]);
      expect(text).toContain(place);
    }
  });

  it('is an array with a warning', async () => {
    const { code, text } = await run('export-c', 'm.tflite', '-o', 'out');
    expect([code, text]).toEqual([0, expect.stringMatching(/^warning /m)]);
    expect(text).toContain(sentence);
    expect(text).toContain(place);
  });

  it('is not converted', async () => {
    const { code, text } = await run('convert', 'm.tflite', '--float', '-o', 'new.tflite');
    expect([code, text]).toEqual([4, expect.stringContaining(named)]);
  });
});
