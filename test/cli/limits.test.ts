/** What an option refuses, the project file refuses, and the other way round. */

import { Command } from 'commander';
import { afterAll, describe, expect, it } from 'vitest';
import { declareCheck } from '../../src/cli/commands/check-command.ts';
import { declareConvert } from '../../src/cli/commands/convert-command.ts';
import { declareDataset } from '../../src/cli/commands/dataset-command.ts';
import { declareEvaluate } from '../../src/cli/commands/evaluate-command.ts';
import { declareQuantize } from '../../src/cli/commands/quantize-command.ts';
import { declareTrain } from '../../src/cli/commands/train-command.ts';
import { parseProject } from '../../src/stages/config.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

type Value = string | number;

interface Limits {
  /** `training.epochs`: where the project file has it. */
  readonly field: string;
  readonly refused: readonly Value[];
  readonly allowed: readonly Value[];
}

const SEED: Limits = { field: 'seed', refused: [-1, 0.5, 'x'], allowed: [0, 2 ** 53 - 1] };
const bytes = (name: string): Limits => ({
  field: `check.${name}`,
  refused: [-1, 0.5, '1x', ''],
  allowed: [0, 4096, '64k', '1.5M'],
});

/** Every option with a number; those without a field are the command line's alone. */
const LIMITS: Readonly<Record<string, Readonly<Record<string, Limits | undefined>>>> = {
  train: {
    epochs: { field: 'training.epochs', refused: [0, -1, 1.5, 1_000_001], allowed: [1, 1_000_000] },
    'batch-size': { field: 'training.batchSize', refused: [0, 1.5, 1_000_001], allowed: [1, 1_000_000] },
    'learning-rate': { field: 'training.learningRate', refused: [0, -1, 100.1], allowed: [1e-9, 100] },
    seed: SEED,
  },
  dataset: {
    samples: { field: 'dataset.samples', refused: [4, 5.5, 10_000_001], allowed: [5, 10_000_000] },
    'skip-bad': undefined,
    noise: { field: 'dataset.noise', refused: [-0.1, 'x'], allowed: [0, 1e6] },
    seed: SEED,
  },
  quantize: {
    method: undefined,
    int4: undefined,
    samples: { field: 'quantization.samples', refused: [0, -1, 0.5], allowed: [1, 1e6] },
    seed: SEED,
  },
  convert: {
    inputs: undefined,
    int4: undefined,
    int16: undefined,
    'lut-layers': undefined,
    method: undefined,
    'no-pass': undefined,
    outputs: undefined,
    shape: undefined,
    'stream-rows': undefined,
  },
  evaluate: { folds: undefined, labels: undefined, target: undefined },
  check: {
    flash: bytes('flash'),
    ram: bytes('ram'),
    arena: bytes('arena'),
    'max-macs': { field: 'check.maxMacs', refused: [-1, 0.5, '1x'], allowed: [0, '5M', '500k'] },
    'max-duty': { field: 'check.maxDuty', refused: [-0.1, 1.1, 'x'], allowed: [0, 0.5, 1] },
    clock: { field: 'check.clock', refused: [-1, 0, 0.5, '1x'], allowed: [1, '64M'] },
    'min-accuracy': { field: 'check.minAccuracy', refused: [-0.1, 1.1, 'x'], allowed: [0, 1] },
    'max-accuracy-drop': { field: 'check.maxAccuracyDrop', refused: [-0.1, 1.1], allowed: [0, 1] },
    ...Object.fromEntries(
      [
        ['min-balanced-accuracy', 'minBalancedAccuracy'],
        ['min-f1', 'minF1'],
        ['min-auc', 'minAuc'],
        ['min-average-precision', 'minAveragePrecision'],
      ].map(([option, field]) => [
        option,
        { field: `check.${field}`, refused: [-0.1, 1.1, 'x'], allowed: [0, 1] },
      ]),
    ),
    'min-sqnr': { field: 'check.minSqnr', refused: ['x'], allowed: [-10, 0, 99] },
    mse: { field: 'check.mse', refused: [-0.1, 'x'], allowed: [0, 1e9] },
    mae: { field: 'check.mae', refused: [-0.1, 'x'], allowed: [0, 1e9] },
    r2: { field: 'check.r2', refused: ['x'], allowed: [-5, 1] },
    tolerance: undefined,
    labels: undefined,
    'target-column': undefined,
  },
};

const DECLARATIONS = {
  train: declareTrain,
  dataset: declareDataset,
  quantize: declareQuantize,
  convert: declareConvert,
  evaluate: declareEvaluate,
  check: declareCheck,
};

function projectWith(field: string, value: Value): string {
  const [section, name] = field.split('.');
  const inside = section === 'dataset' ? { source: 'sine' } : {};
  return JSON.stringify({ [section]: name === undefined ? value : { ...inside, [name]: value } });
}

describe.each(Object.entries(DECLARATIONS))('%s', (command, declare) => {
  const declared = new Command();
  declare(declared, () => async () => {});
  const options = declared.options.filter(
    ({ parseArg, argChoices }) => parseArg !== undefined && argChoices === undefined,
  );

  it('has no number that is not compared here', () => {
    expect(options.map(({ long }) => long?.slice(2)).sort()).toEqual(Object.keys(LIMITS[command]).sort());
  });

  it.each(
    Object.entries(LIMITS[command]).flatMap(([option, limits]) =>
      (limits?.refused ?? []).map((value) => [option, value, limits as Limits] as const),
    ),
  )('--%s %j is refused, in the file too', async (option, value, { field }) => {
    const folder = makeFolder();
    const { code, stderr } = await runMain(folder, [command, `--${option}`, String(value)]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('error')]);
    expect(() => parseProject(projectWith(field, value))).toThrow(
      expect.objectContaining({ code: 'bad-config' }),
    );
  });

  it.each(
    Object.entries(LIMITS[command]).flatMap(([option, limits]) =>
      (limits?.allowed ?? []).map((value) => [option, value, limits as Limits] as const),
    ),
  )('--%s %j is read, in the file too', (option, value, { field }) => {
    const { parseArg } = options.find(({ long }) => long === `--${option}`) as (typeof options)[number];
    expect(() => parseArg?.(String(value), undefined)).not.toThrow();
    expect(() => parseProject(projectWith(field, value))).not.toThrow();
  });
});
