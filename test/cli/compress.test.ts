/** `tinyml compress`: the stage, what stands in its place, and what a project without it keeps. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  COMPRESSION_SUMMARIES,
  type CompressJson,
  type DoctorJson,
  type EvaluateJson,
  type RunJson,
  type StageJson,
} from '../../src/index.ts';
import { makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

type Compress = readonly object[];

const PRUNE: Compress = [{ method: 'prune', epochs: 1 }];

/** A project that compresses its small network. */
function projectWith(compress: Compress | undefined, rest: object = {}): object {
  const { training, ...others } = SMALL_PROJECT;
  return { ...others, training: { ...training, ...(compress === undefined ? {} : { compress }) }, ...rest };
}

async function json<Result>(folder: string, ...argv: string[]): Promise<Result> {
  const { code, stdout, stderr } = await runMain(folder, [...argv, '--json']);
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Result;
}

describe('a project that lists methods', () => {
  let folder: string;
  let compressed: CompressJson;

  beforeAll(async () => {
    folder = makeProject(projectWith(PRUNE));
    compressed = await json(folder, 'compress');
  });

  it('measures the model before them, and behind each', () => {
    expect(compressed.steps.map(({ method }) => method)).toEqual([undefined, 'prune']);
    for (const { cost, validation, test } of compressed.steps) {
      expect(Object.values(cost).every((figure) => Number.isInteger(figure) && figure > 0)).toBe(true);
      for (const figure of [validation, test]) {
        expect([figure?.float, figure?.converted].every(Number.isFinite)).toBe(true);
      }
    }
    expect(compressed.validation).toEqual({ title: 'MAE', higherIsBetter: false, samples: 60 });
  });

  it('ends with what the converted model is: its figure, its bytes', async () => {
    const last = compressed.steps.at(-1);
    const evaluated = await json<EvaluateJson>(folder, 'evaluate');
    expect(evaluated.task).toBe('regression');
    if (evaluated.task !== 'regression') return;
    expect(last?.test).toEqual({ float: evaluated.float.mae, converted: evaluated.converted.mae });
    const converted = await json<StageJson>(folder, 'convert');
    expect(last?.cost.fileBytes).toBe(converted.metrics.bytes);
  });

  it('prints the table, and what its figures are of', async () => {
    const { stdout } = await runMain(folder, ['compress']);
    expect(stdout).toContain('compress: up to date');
    expect(stdout).toMatch(
      /method +validation: float +int8 +test: float +int8 +parameters +bytes +MACs +arena/,
    );
    expect(stdout).toMatch(/\n {2}before .*\n {2}prune /);
    expect(stdout).toContain('validation: MAE, of 60 samples; test: MAE, of 60 samples.');
  });

  it('is made by "run" between train and quantize, and shown in the report', async () => {
    const { stages } = await json<RunJson>(folder, 'run');
    expect(stages.map(({ stage }) => stage)).toEqual([
      ...['dataset', 'train', 'compress', 'quantize', 'convert', 'evaluate', 'export-c'],
    ]);
    await runMain(folder, ['report']);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('Before compression');
  });

  it('gives the same bytes in another folder', async () => {
    const other = await json<CompressJson>(makeProject(projectWith(PRUNE)), 'compress');
    expect(other.digest).toBe(compressed.digest);
  });

  it('reads the compressed model in the place of the trained one: quantize, convert, doctor, evaluate', async () => {
    for (const argv of [['convert', '--float'], ['evaluate']]) {
      const { code, stderr } = await runMain(folder, argv);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
    }
    const { cures } = await json<DoctorJson>(folder, 'doctor');
    expect(cures[0]).toMatchObject({ kind: 'now', metric: compressed.steps.at(-1)?.validation.converted });
    const { options } = await json<StageJson>(folder, 'convert', '--float');
    expect(options).toMatchObject({ type: 'float', from: 'compress' });
  });
});

it('knows layers by their names behind it', async () => {
  const quantization = { ...SMALL_PROJECT.quantization, int16: ['dense_1'] };
  const folder = makeProject(projectWith(PRUNE, { quantization }));
  const { code, stderr } = await runMain(folder, ['convert']);
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
});

it('is no stage of a project without methods, whose artifacts are what they were', async () => {
  const [plain, empty] = [undefined, []].map((compress) => makeProject(projectWith(compress)));
  const [made, other] = [await json<RunJson>(plain, 'run'), await json<RunJson>(empty, 'run')];
  expect(made.stages.map(({ stage }) => stage)).not.toContain('compress');
  expect(other.stages.map(({ digest }) => digest)).toEqual(made.stages.map(({ digest }) => digest));
  expect(made.stages.some(({ options }) => JSON.stringify(options).includes('compress'))).toBe(false);
});

it('leaves training alone: taking methods out brings the old artifacts back', async () => {
  const folder = makeProject(projectWith(undefined));
  const before = await json<RunJson>(folder, 'run');
  const write = (compress?: Compress) =>
    writeFileSync(join(folder, 'tinyml.config.json'), JSON.stringify(projectWith(compress)));
  write(PRUNE);
  const between = await json<RunJson>(folder, 'run');
  expect(between.stages.find(({ stage }) => stage === 'train')?.ran).toBe(false);
  write();
  const after = await json<RunJson>(folder, 'run');
  expect(after.stages.map(({ digest }) => digest)).toEqual(before.stages.map(({ digest }) => digest));
  await runMain(folder, ['report']);
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).not.toContain('Before compression');
});

it.each([
  ['without methods', undefined, 'no-compression', /There are .*prune/],
  ['with methods nobody has', [{ method: 'squeeze' }], 'bad-config', /valid file/],
  ['in an order that undoes what was made', [{ method: 'prune' }, { method: 'low-rank' }], 'bad-config', /./],
  ['with a budget that nobody meets', [{ method: 'prune-channels', flash: 100 }], 'out-of-reach', /no less/],
  ['with everything pruned away', [{ method: 'prune', sparsity: 1 }], 'bad-config', /./],
  ['with a teacher that is not there', [{ method: 'distill', teacher: 'none.h5' }], 'no-such-file', /./],
])('is refused %s, and nothing is left half-made', async (_, compress, code, hint) => {
  const folder = makeProject(projectWith(compress));
  const { code: exit, stdout } = await runMain(folder, ['compress', '--json']);
  const { error } = JSON.parse(stdout) as { error: { code: string; hint?: string } };
  expect([exit === 0 || exit === 70, error.code]).toEqual([false, code]);
  expect(error.hint).toMatch(hint);
  expect(existsSync(join(folder, 'artifacts', 'compress', 'latest'))).toBe(false);
});

it('stopped, keeps what there is and says so; the same command makes it again', async () => {
  const folder = makeProject(projectWith([{ method: 'prune', epochs: 200 }]));
  await runMain(folder, ['train']);
  const controller = new AbortController();
  const stopped = await runMain(folder, ['compress'], {
    signal: controller.signal,
    isTTY: true,
    onStderr: (text) => {
      if (text.includes('val_loss')) controller.abort();
    },
  });
  expect(stopped.code).toBe(130);
  expect(stopped.stdout).toContain('compress: stopped early, kept');
  const { interrupted } = await json<CompressJson>(folder, 'compress');
  expect(interrupted).toBe(false);
});

it('is asked for by the doctor as it is quantized: what training has decided has no cure', async () => {
  const folder = makeProject(projectWith([{ method: 'quantize-aware', epochs: 1 }]));
  const { code, stdout } = await runMain(folder, ['doctor', '--json']);
  expect([code, JSON.parse(stdout)]).toMatchObject([2, { error: { code: 'trained-integers' } }]);
});

it('lists the methods in its help', async () => {
  const { stdout } = await runMain('.', ['compress', '--help']);
  for (const [name, summary] of Object.entries(COMPRESSION_SUMMARIES)) {
    expect(stdout).toContain(`${name} `);
    expect(stdout).toContain(summary);
  }
});
