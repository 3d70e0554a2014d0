import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Manifest, newManifest } from '../../src/artifacts/manifest.ts';
import { VERSION } from '../../src/core/version.ts';
import { makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

interface OutcomeJson {
  readonly stage: string;
  readonly ran: boolean;
  readonly directory: string;
  readonly digest: string;
  readonly options: Record<string, unknown>;
  readonly metrics: Record<string, number | string>;
}

interface RunJson {
  readonly stages: readonly OutcomeJson[];
  readonly evaluation: {
    readonly float: { readonly mse: number };
    readonly converted: { readonly mse: number };
  };
  readonly written: readonly string[];
}

async function run(folder: string, ...argv: string[]): Promise<OutcomeJson> {
  const { code, stdout, stderr } = await runMain(folder, [...argv, '--json']);
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
  return JSON.parse(stdout) as OutcomeJson;
}

async function runAll(folder: string): Promise<RunJson> {
  return (await run(folder, 'run')) as unknown as RunJson;
}

afterAll(removeFolders);

describe('tinyml run', () => {
  let folder: string;
  let first: RunJson;

  beforeAll(async () => {
    folder = makeProject();
    first = await runAll(folder);
  });

  it('makes every stage once', () => {
    expect(first.stages.map(({ stage, ran }) => [stage, ran])).toEqual(
      ['dataset', 'train', 'quantize', 'convert', 'evaluate', 'export-c'].map((stage) => [stage, true]),
    );
    expect(first.written).toEqual(['export/model_data.cc', 'export/model_data.h']);
    for (const path of first.written) expect(existsSync(join(folder, path)), path).toBe(true);
  });

  it('does nothing the second time, and says so', async () => {
    const again = await runMain(folder, ['run']);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('Nothing to do: everything is up to date.');
    expect((await runAll(folder)).stages.every(({ ran }) => !ran)).toBe(true);
  });

  it('gives the same bytes for the same seed in another folder', async () => {
    const second = await runAll(makeProject());
    expect(second.stages.map(({ digest }) => digest)).toEqual(first.stages.map(({ digest }) => digest));
  });

  it('gives other bytes for another seed', async () => {
    const other = await runAll(makeProject({ ...SMALL_PROJECT, seed: 4 }));
    const digests = new Set(first.stages.map(({ digest }) => digest));
    expect(other.stages.filter(({ digest }) => digests.has(digest))).toEqual([]);
  });

  it('sums up in one table', async () => {
    const { stdout } = await runMain(folder, ['run']);
    for (const part of ['MSE', 'int8', 'convert', 'bytes', 'C source: export, 2 files', '● int8 model']) {
      expect(stdout).toContain(part);
    }
  });

  it('repeats what a change of the project file touches, and nothing before it', async () => {
    const changed = makeProject();
    await runAll(changed);
    writeFileSync(
      join(changed, 'tinyml.config.json'),
      JSON.stringify({ ...SMALL_PROJECT, quantization: { samples: 40 } }),
    );
    const { stages } = await runAll(changed);
    expect(stages.filter(({ ran }) => ran).map(({ stage }) => stage)).toEqual([
      'quantize',
      'convert',
      'evaluate',
      'export-c',
    ]);
  });
});

describe('stage commands', () => {
  it('make what they read first, and keep options of earlier commands', async () => {
    const folder = makeProject();
    const converted = await run(folder, 'convert', '-o', 'out/sine.tflite');
    expect(converted.options).toEqual({
      type: 'int8',
      io: 'int8',
      densePerChannel: false,
      library: 'tflm',
      method: 'default',
    });
    expect(readFileSync(join(folder, 'out/sine.tflite'), 'latin1').slice(4, 8)).toBe('TFL3');

    const trained = await run(folder, 'train', '--epochs', '2', '--seed', '9');
    expect(trained.ran).toBe(true);
    expect(trained.metrics.epochs).toBe(2);
    const again = await run(folder, 'convert');
    expect([again.ran, again.digest === converted.digest]).toEqual([true, false]);
    // Had the pipeline forgotten --epochs and --seed, it would have trained again.
    expect(readdirSync(join(folder, 'artifacts/train')).filter((name) => name !== 'latest')).toHaveLength(2);
  });

  it('export-c follows an explicit convert --float', async () => {
    const folder = makeProject();
    const float = await run(folder, 'convert', '--float');
    const exported = await run(folder, 'export-c', '--style', 'arduino', '--name', 'g_sine', '-o', 'sketch');
    expect(exported.metrics.modelBytes).toBe(float.metrics.bytes);
    expect(readFileSync(join(folder, 'sketch/model.cpp'), 'utf8')).toContain('g_sine[]');
  });

  it('convert --dense-per-channel and --io float reach the file', async () => {
    const folder = makeProject();
    await run(folder, 'convert', '--dense-per-channel', '--io', 'float', '-o', 'm.tflite');
    const { stdout } = await runMain(folder, ['inspect', 'm.tflite', '--json']);
    const { operators } = JSON.parse(stdout) as {
      operators: { operator: string; inputs: { quantization?: { channels?: number } }[] }[];
    };
    expect(operators.map(({ operator }) => operator)).toEqual([
      'QUANTIZE',
      'FULLY_CONNECTED',
      'FULLY_CONNECTED',
      'FULLY_CONNECTED',
      'DEQUANTIZE',
    ]);
    // 16 units, less those that never change.
    expect(operators[1].inputs[1].quantization?.channels).toBeGreaterThan(8);
  });

  it('quantize and evaluate print their reports', async () => {
    const folder = makeProject();
    const quantized = await runMain(folder, ['quantize']);
    expect(quantized.stdout).toMatch(/tensor +min +max +scale +zero point +clipped +SQNR/);
    expect(quantized.stdout).toMatch(/input +0\.\d+ +1\d/);
    const evaluated = await runMain(folder, ['evaluate']);
    expect(evaluated.stdout).toMatch(/MSE +\S+ +\S+/);
    for (const part of ['MSE against truth', '● int8 model']) expect(evaluated.stdout).toContain(part);
  });
});

describe('options of earlier commands', () => {
  it('stay in force in "tinyml run", which says so, until the stage is run by name', async () => {
    const folder = makeProject();
    await run(folder, 'train', '--epochs', '2');
    const quantized = await runMain(folder, ['quantize', '--dense-per-channel']);
    expect(quantized.stderr).toContain(
      'densePerChannel true is for "tinyml quantize" alone: the model is made as "tinyml convert" or the project file says.',
    );
    const { stderr, stdout } = await runMain(folder, ['run', '--seed', '5', '--json']);
    expect(stderr).toContain('train keeps epochs 2 of an earlier command');
    expect(stderr).not.toContain('quantize keeps');
    const { stages } = JSON.parse(stdout) as RunJson;
    expect(stages[1].metrics.epochs).toBe(2);
    // What convert reads is what it says.
    expect(stages[2].options.densePerChannel).toBe(stages[3].options.densePerChannel);
    const again = await runAll(folder);
    expect(again.stages.map(({ digest, ran }) => [digest, ran])).toEqual(
      stages.map(({ digest }) => [digest, false]),
    );
    expect((await run(folder, 'train')).metrics.epochs).toBe(6);
    expect((await runAll(folder)).stages[1].metrics.epochs).toBe(6);
  });

  it('--force makes again what is up to date, to the same bytes', async () => {
    const folder = makeProject();
    const first = await runAll(folder);
    expect(await run(folder, 'train')).toMatchObject({ ran: false });
    const forced = await run(folder, 'train', '--force');
    expect([forced.ran, forced.digest, forced.directory]).toEqual([
      true,
      first.stages[1].digest,
      first.stages[1].directory,
    ]);
    const all = (await run(folder, 'run', '--force')) as unknown as RunJson;
    expect(all.stages.every(({ ran }) => ran)).toBe(true);
    expect(all.stages.map(({ digest }) => digest)).toEqual(first.stages.map(({ digest }) => digest));
    writeFileSync(join(folder, 'x.tflite'), '');
    const { code, stderr } = await runMain(folder, ['convert', 'x.tflite', '--force', '-o', 'y.tflite']);
    expect([code, stderr]).toEqual([2, expect.stringContaining("--force is for the project's model")]);
  });
});

describe('Ctrl-C', () => {
  it('stops after the epoch, keeps the model, and exits with 130', async () => {
    const folder = makeProject({ ...SMALL_PROJECT, training: { epochs: 100000 } });
    const interrupt = new AbortController();
    const { code, stdout } = await runMain(folder, ['train', '--backend', 'cpu'], {
      signal: interrupt.signal,
      isTTY: true,
      onStderr: (text) => {
        if (text.includes('/100000')) interrupt.abort();
      },
    });
    expect(code).toBe(130);
    expect(stdout).toContain('stopped early, kept');
    const predicted = await runMain(folder, ['convert', '-o', 'm.tflite']);
    expect(predicted.code).toBe(0);
    expect(existsSync(join(folder, 'm.tflite'))).toBe(true);
  });
});

describe('a training that was stopped', () => {
  it('goes on with "tinyml run" or the same command, to the bytes of one that was not', async () => {
    const project = { ...SMALL_PROJECT, training: { epochs: 40, learningRate: 0.01 } };
    const whole = await run(makeProject(project), 'train', '--seed', '8');
    for (const next of [['train', '--seed', '8'], ['run']]) {
      const folder = makeProject(project);
      const interrupt = new AbortController();
      const stopped = await runMain(folder, ['train', '--seed', '8', '--json'], {
        signal: interrupt.signal,
        isTTY: true,
        onStderr: (text) => {
          if (text.includes('/40')) interrupt.abort();
        },
      });
      expect(stopped.code).toBe(130);
      const { epochs } = (JSON.parse(stopped.stdout) as OutcomeJson).metrics;
      expect(epochs).toBeLessThan(40);
      expect(existsSync(join(folder, 'artifacts/train/progress'))).toBe(true);
      const { code, stderr } = await runMain(folder, next);
      expect(code).toBe(0);
      expect(stderr).toContain(`Training goes on behind epoch ${epochs}`);
      expect(existsSync(join(folder, 'artifacts/train/progress'))).toBe(false);
      expect(await run(folder, 'train', '--seed', '8')).toMatchObject({ ran: false, digest: whole.digest });
    }
  });
});

describe('damage', () => {
  const flipped = (bytes: Buffer): Buffer => {
    bytes[bytes.length >> 1] ^= 1;
    return bytes;
  };
  const gone = (): undefined => undefined;
  const otherSeed = (bytes: Buffer): Buffer =>
    Buffer.from(bytes.toString().replace('"seed": 3', '"seed": 4'));

  it.each([
    ['train', 'weights.bin', flipped, 'has changed since it was written'],
    ['train', 'history.json', gone, 'history.json does not exist'],
    ['dataset', 'x_test.npy', flipped, 'has changed since it was written'],
    ['convert', 'manifest.json', otherSeed, 'does not match its own digest'],
  ] as const)(
    'artifacts/%s/…/%s altered: the stage is made again, with a word',
    async (stage, file, alter, sentence) => {
      const folder = makeProject();
      const before = await runAll(folder);
      const version = readFileSync(join(folder, 'artifacts', stage, 'latest'), 'utf8').trim();
      const path = join(folder, 'artifacts', stage, version, file);
      const altered = alter(readFileSync(path));
      if (altered === undefined) rmSync(path);
      else writeFileSync(path, altered);
      const { code, stderr, stdout } = await runMain(folder, ['run', '--json']);
      expect(stderr).toContain(sentence);
      expect(stderr).toContain(version);
      expect(stderr).toContain(`: ${stage} is made again.`);
      expect(code).toBe(0);
      const { stages } = JSON.parse(stdout) as RunJson;
      expect(stages.map(({ digest }) => digest)).toEqual(before.stages.map(({ digest }) => digest));
      expect(stages.filter(({ ran }) => ran).map((outcome) => outcome.stage)).toEqual([stage]);
    },
  );
});

it('what another version of tinyml made is made again, with a word that says so', async () => {
  const folder = makeProject();
  const before = await run(folder, 'dataset');
  const path = join(folder, before.directory, 'manifest.json');
  const { digest: _, provenance, ...content } = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  writeFileSync(path, JSON.stringify(newManifest({ ...content, tool: 'tinyml 0.0.9', provenance })));
  const { code, stderr } = await runMain(folder, ['dataset']);
  expect(code).toBe(0);
  expect(stderr).toContain(
    `dataset was made by tinyml 0.0.9, and this is tinyml ${VERSION}: it is made again.`,
  );
  expect((await runMain(folder, ['dataset'])).stderr).not.toContain('made by');
});
