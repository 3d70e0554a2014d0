/** IF and WHILE that constants decide: a conversion runs them, a chip would. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { TinymlError } from '../../../src/core/errors.ts';
import { createRandom } from '../../../src/core/random.ts';
import { importTflite, readTflite } from '../../../src/formats/tflite/read.ts';
import { createInterpreter } from '../../../src/interpreter/interpreter.ts';
import { makeFolder, removeFolders, runMain } from '../../cli/run-main.ts';
import {
  BuiltinOperator,
  BuiltinOptions,
  fileOf,
  int32s,
  type OperatorOf,
  type SubgraphOf,
} from './file-of.ts';
import { mutate } from './mutate.ts';

afterAll(removeFolders);

const COUNTER = { type: 'int32', shape: [1] } as const;
const VALUE = { shape: [2] } as const;
const DECISION = { type: 'bool', shape: [1] } as const;

type Options = NonNullable<OperatorOf['options']>;

const loop = (condition: number, body: number): Options => [
  BuiltinOptions.WhileOptions,
  (file) => file.table('WhileOptions', { cond_subgraph_index: condition, body_subgraph_index: body }),
];

const branch: Options = [
  BuiltinOptions.IfOptions,
  (file) => file.table('IfOptions', { then_subgraph_index: 1, else_subgraph_index: 2 }),
];

/** counter < end */
const below = (end: number): SubgraphOf => ({
  tensors: [COUNTER, VALUE, int32s(end), DECISION],
  inputs: [0, 1],
  operators: [{ code: BuiltinOperator.LESS, inputs: [0, 2], outputs: [3] }],
  outputs: [3],
});

/** counter + step, value + value */
const doubling = (step: number): SubgraphOf => ({
  tensors: [COUNTER, VALUE, int32s(step), COUNTER, VALUE],
  inputs: [0, 1],
  operators: [
    { code: BuiltinOperator.ADD, inputs: [0, 2], outputs: [3] },
    { code: BuiltinOperator.ADD, inputs: [1, 1], outputs: [4] },
  ],
  outputs: [3, 4],
});

/** The input, doubled as often as the loop says, under another operator. */
function loopFile(end: number, step = 1): Uint8Array {
  return fileOf({
    tensors: [VALUE, int32s(0), COUNTER, VALUE, VALUE],
    operators: [
      { code: BuiltinOperator.WHILE, inputs: [1, 0], outputs: [2, 3], options: loop(1, 2) },
      { code: BuiltinOperator.NEG, inputs: [3], outputs: [4] },
    ],
    outputs: [4],
    subgraphs: [below(end), doubling(step)],
  });
}

/** A branch of two, whose result is the output itself. */
function branchFile(condition: boolean | undefined): Uint8Array {
  const one = (code: BuiltinOperator): SubgraphOf => ({
    tensors: [VALUE, VALUE],
    operators: [{ code, inputs: [0], outputs: [1] }],
    outputs: [1],
  });
  const decision = condition === undefined ? {} : { data: Uint8Array.of(Number(condition)) };
  return fileOf({
    tensors: [VALUE, { ...DECISION, ...decision }, VALUE],
    inputs: condition === undefined ? [0, 1] : [0],
    operators: [{ code: BuiltinOperator.IF, inputs: [1, 0], outputs: [2], options: branch }],
    outputs: [2],
    subgraphs: [one(BuiltinOperator.NEG), one(BuiltinOperator.RELU)],
  });
}

function outputOf(bytes: Uint8Array): number[] {
  return Array.from(createInterpreter(importTflite(bytes)).invoke([Float32Array.of(1, -3)])[0], Number);
}

function refusalOf(body: () => unknown): TinymlError {
  try {
    body();
  } catch (error) {
    if (error instanceof TinymlError) return error;
    throw error;
  }
  return expect.fail('nothing was refused');
}

describe('a loop', () => {
  it.each([0, 1, 3])('of %d steps runs so often', (steps) => {
    expect(outputOf(loopFile(steps))).toEqual([-(2 ** steps), 3 * 2 ** steps]);
    const { nodes } = importTflite(loopFile(steps));
    expect(nodes.map(({ kind }) => kind)).toEqual([...new Array(steps).fill('add'), 'neg']);
  });

  it('may hold another one', () => {
    const inner: SubgraphOf = {
      tensors: [COUNTER, VALUE, int32s(1), COUNTER, int32s(0), COUNTER, VALUE],
      inputs: [0, 1],
      operators: [
        { code: BuiltinOperator.ADD, inputs: [0, 2], outputs: [3] },
        { code: BuiltinOperator.WHILE, inputs: [4, 1], outputs: [5, 6], options: loop(1, 2) },
      ],
      outputs: [3, 6],
    };
    const nested = fileOf({
      tensors: [VALUE, int32s(0), COUNTER, VALUE],
      operators: [{ code: BuiltinOperator.WHILE, inputs: [1, 0], outputs: [2, 3], options: loop(1, 3) }],
      outputs: [3],
      subgraphs: [below(2), doubling(1), inner],
    });
    expect(outputOf(nested)).toEqual([16, -48]);
  });

  it('that does not end, or within itself, is refused', () => {
    expect(refusalOf(() => importTflite(loopFile(1, 0)))).toMatchObject({ code: 'long-loop' });
    const itself = fileOf({
      tensors: [VALUE, { ...DECISION, data: Uint8Array.of(1) }, VALUE],
      operators: [{ code: BuiltinOperator.IF, inputs: [1, 0], outputs: [2], options: branch }],
      outputs: [2],
      subgraphs: [1, 2].map(() => ({
        tensors: [VALUE, { ...DECISION, data: Uint8Array.of(1) }, VALUE],
        operators: [{ code: BuiltinOperator.IF, inputs: [1, 0], outputs: [2], options: branch }],
        outputs: [2],
      })),
    });
    expect(refusalOf(() => importTflite(itself))).toMatchObject({ code: 'deep-control' });
  });
});

describe('a branch', () => {
  it('is the one that a constant chooses', () => {
    expect(outputOf(branchFile(true))).toEqual([-1, 3]);
    expect(outputOf(branchFile(false))).toEqual([1, 0]);
    expect(importTflite(branchFile(true)).outputs).toHaveLength(1);
  });

  it('that an input chooses is refused', () => {
    const refusal = refusalOf(() => importTflite(branchFile(undefined)));
    expect([refusal.code, refusal.message]).toEqual([
      'undecided-control',
      expect.stringContaining('operator 0'),
    ]);
  });
});

it('as they are, they are refused with the way out, which works', async () => {
  expect(refusalOf(() => readTflite(loopFile(3))).hint).toContain('tinyml convert MODEL --float');
  const folder = makeFolder();
  writeFileSync(join(folder, 'loop.tflite'), loopFile(3));
  const { code } = await runMain(folder, ['convert', 'loop.tflite', '--float', '-o', 'flat.tflite']);
  expect(code).toBe(0);
  const { graph } = readTflite(readFileSync(join(folder, 'flat.tflite')));
  const [output] = createInterpreter(graph).invoke([Float32Array.of(1, 2)]);
  expect(Array.from(output, Number)).toEqual([-8, -16]);
});

it.each([
  ['loop', loopFile(2)],
  ['branch', branchFile(true)],
])('damaged files with a %s are read or refused', (_, bytes) => {
  const random = createRandom(5, 'control');
  for (let index = 0; index < 300; index++) {
    try {
      importTflite(mutate(bytes, random));
    } catch (error) {
      expect(error).toBeInstanceOf(TinymlError);
    }
  }
});
