/** What a command writes never takes the place of what it reads. */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { writeNpy } from '../../src/data/records/npy.ts';
import { npyPrologue } from '../../src/data/records/npy-layout.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { fixture } from '../fixtures.ts';
import { denseGraph, drawRecords } from '../models/run/spread/dense-graph.ts';
import { makeFolder, removeFolders, runMain } from './run-main.ts';
import { makeFiles, makeTableProject, tableOf } from './table-projects.ts';

afterAll(removeFolders);

function folderWithModel(): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'm.tflite'), writeTflite(denseGraph(4, 2)));
  writeFileSync(join(folder, 'int8.tflite'), fixture('tflm', 'fc_batch4_per_tensor_relu.tflite'));
  writeFileSync(
    join(folder, 'x.npy'),
    Buffer.concat([npyPrologue('float32', [2, 4]), new Uint8Array(new Float32Array(8).buffer)]),
  );
  writeFileSync(join(folder, 'x.bin'), new Uint8Array(32));
  writeFileSync(join(folder, 'tinyml.config.json'), '{}');
  return folder;
}

describe('an output that is an input', () => {
  it.each([
    ['m.tflite', ['predict', 'm.tflite', '--input', 'x.npy', '-o', './m.tflite']],
    ['x.npy', ['predict', 'm.tflite', '--input', 'x.npy', '-o', 'x.npy']],
    ['x.bin', ['predict', 'm.tflite', '--raw-input', 'x.bin', '--raw-output', 'x.bin']],
    ['m.tflite', ['inspect', 'm.tflite', '--plan-svg', 'm.tflite']],
    ['x.npy', ['convert', 'm.tflite', '--calibration', 'x.npy', '-o', 'x.npy']],
    ['tinyml.config.json', ['convert', 'm.tflite', '--float', '-o', 'tinyml.config.json']],
  ])('is refused: %s', async (name, argv) => {
    const folder = folderWithModel();
    const before = readFileSync(join(folder, name));
    const { code, stdout, stderr } = await runMain(folder, argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${name} is what the command reads`);
    expect(readFileSync(join(folder, name)).equals(before)).toBe(true);
  });

  it('may be a model that is converted where it is', async () => {
    const folder = folderWithModel();
    const { code } = await runMain(folder, ['convert', 'm.tflite', '--float', '-o', 'm.tflite']);
    expect(code).toBe(0);
    expect((await runMain(folder, ['inspect', 'm.tflite'])).code).toBe(0);
  });

  it('is refused where C would replace C', async () => {
    const folder = folderWithModel();
    expect((await runMain(folder, ['export-c', 'm.tflite', '-o', 'c'])).code).toBe(0);
    const array = readdirSync(join(folder, 'c')).find((name) => /\.c(c|pp)$/.test(name)) as string;
    const contents = () =>
      readdirSync(join(folder, 'c')).map((name) => readFileSync(join(folder, 'c', name), 'utf8'));
    const before = contents();
    const { code, stderr } = await runMain(folder, [
      'export-c',
      join('c', array),
      '-o',
      'c',
      '--name',
      'other',
    ]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is what the command reads')]);
    expect(contents()).toEqual(before);
  });
});

it.each(['model.h', 'model.cc', 'sketch.ino', 'MODEL.H'])(
  'convert writes no binary called %s',
  async (name) => {
    const folder = folderWithModel();
    const { code, stderr } = await runMain(folder, ['convert', 'm.tflite', '-o', name]);
    expect([code, existsSync(join(folder, name))]).toEqual([2, false]);
    expect(stderr).toContain('tinyml export-c model.tflite');
  },
);

/** Options and arguments that name what a command reads. */
const READ = [
  'check --baseline',
  'check --config',
  'check --input',
  'check <model>',
  'clean --config',
  'compress --config',
  'compress --data',
  'compress --methods',
  'compress --test',
  'compress <model>',
  'convert --calibration',
  'convert --config',
  'convert <model>',
  'dataset --config',
  'diff --input',
  'diff <a>',
  'diff <b>',
  'doctor --calibration',
  'doctor --config',
  'doctor --data',
  'doctor <model>',
  'evaluate --config',
  'evaluate --events',
  'evaluate --input',
  'evaluate --stream',
  'evaluate <model>',
  'explain --model',
  'explain <message>',
  'export-c --config',
  'export-c <model>',
  'features <file>',
  'flash <dir>',
  'init --from',
  'init --test',
  'inspect --calibration',
  'inspect --config',
  'inspect <model>',
  'predict --config',
  'predict --input',
  'predict --raw-input',
  'predict <model>',
  'quantize --config',
  'report --config',
  'run --config',
  'search --config',
  'search --space',
  'train --config',
  'verify --model',
  'verify <log>',
];

/** Options whose text is no path. */
const NAMES = [
  'check --output',
  'evaluate --output',
  'flash --board',
  'flash --port',
  'collect --label',
  'collect --port',
  'convert --inputs',
  'convert --outputs',
  'convert --shape',
  'convert --signature',
  'inspect --inputs',
  'inspect --outputs',
  'inspect --shape',
  'inspect --signature',
  'convert --weights-budget',
  'export-c --name',
  'features --steps',
  'init --group',
  'init --target',
  'init --time',
  'monitor --port',
  'quantize --weights-budget',
  'search --queue',
  'verify --port',
  'worker --queue',
];

/** Options that make new files alone, and refuse whatever is there; tests of the command ask that. */
const NEW_FILES = ['collect --output', 'search --write'];

const STANDARD = ['--steps', '[{"step":"standard"}]'];

/** Command lines that write a file, by the option that names it. */
const FILES: Readonly<Record<string, (output: string) => readonly string[]>> = {
  'compress --output': (output) => [
    ...['compress', 'ae.tflite', '--method', 'prune:epochs=1', '--reconstruct', '--data', 'many.npy', '-o'],
    output,
  ],
  'convert --output': (output) => ['convert', 'm.tflite', '--float', '-o', output],
  'doctor --plot': (output) => [
    ...['doctor', 'm.tflite', '--calibration', 'x.npy', '--data', 'x.npy', '--plot'],
    output,
  ],
  'features --output': (output) => ['features', 'readings.csv', ...STANDARD, '-o', output],
  'features --svg': (output) => ['features', 'readings.csv', ...STANDARD, '--svg', output],
  'inspect --plan-svg': (output) => ['inspect', 'm.tflite', '--library', 'tflm', '--plan-svg', output],
  'predict --output': (output) => ['predict', 'm.tflite', '--input', 'x.npy', '-o', output],
  'predict --raw-output': (output) => [
    ...['predict', 'm.tflite', '--raw-input', 'x.bin', '--raw-output'],
    output,
  ],
  'report --output': (output) => ['report', '-o', output],
};

/** Those that write into a folder. */
const FOLDERS: Readonly<Record<string, (output: string) => readonly string[]>> = {
  'collect --sketch': (output) => ['collect', '--sketch', output, '--sensor', 'analog'],
  'convert --dump-ir': (output) => [
    'convert',
    'm.tflite',
    '--float',
    '-o',
    'new.tflite',
    '--dump-ir',
    output,
  ],
  'export-c --output': (output) => ['export-c', 'm.tflite', '-o', output, '--force'],
  'export-c --arduino': (output) => ['export-c', 'm.tflite', '--arduino', output, '--force'],
  'export-c --tflm': (output) => ['export-c', 'm.tflite', '--tflm', output, '--force'],
  'export-c --standalone': (output) => ['export-c', 'int8.tflite', '--standalone', output, '--force'],
  'init <dir>': (output) => ['init', output],
};

/** Every option and argument that takes a text which no table and no number bounds: such may be a path. */
async function pathsOfCommandLine(): Promise<readonly string[]> {
  const { commands } = await createProgram({ writeOut: () => {}, writeErr: () => {} }, () => async () => {});
  return commands.flatMap((command) => [
    ...command.registeredArguments.map((argument) => `${command.name()} <${argument.name()}>`),
    ...command.options
      .filter(({ required, optional, argChoices, parseArg }) => {
        return (required || optional) && argChoices === undefined && parseArg === undefined;
      })
      .map((option) => `${command.name()} ${option.long}`),
  ]);
}

describe('what a project cannot be without', () => {
  it('is asked of every option that names a path', async () => {
    const known = [...READ, ...NAMES, ...NEW_FILES, ...Object.keys(FILES), ...Object.keys(FOLDERS)];
    expect(known).toEqual(expect.arrayContaining([...(await pathsOfCommandLine())]));
  });

  function projectOfFolder(): string {
    const folder = makeTableProject('regression', {
      dataset: {
        source: 'csv',
        path: 'data',
        test: 'held.csv',
        target: 'y',
        task: 'regression',
        split: { by: 'random', train: 0.6, validation: 0.2, test: 0.2 },
      },
    });
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'a.csv'), tableOf('regression', 80));
    writeFileSync(join(folder, 'held.csv'), tableOf('regression', 20));
    writeFileSync(join(folder, 'readings.csv'), 'a,b\n1,2\n3,5\n2,2\n');
    for (const name of ['m.tflite', 'x.npy', 'x.bin'])
      writeFileSync(join(folder, name), readFileSync(join(folderWithModel(), name)));
    writeFileSync(join(folder, 'ae.tflite'), writeTflite(denseGraph(4, 4)));
    writeFileSync(join(folder, 'many.npy'), writeNpy('float32', [60, 4], drawRecords(60, 4).data));
    return folder;
  }

  it.each(Object.keys(FILES))('is never replaced by %s', async (option) => {
    const folder = projectOfFolder();
    for (const [output, is] of [
      ['data/a.csv', 'is data of the project tinyml.config.json'],
      ['held.csv', 'is data of the project tinyml.config.json'],
      ['tinyml.config.json', /is (?:a project file|what the command reads)/],
    ] as const) {
      const before = readFileSync(join(folder, output));
      const { code, stderr } = await runMain(folder, FILES[option](output));
      expect([code, stderr]).toEqual([2, expect.stringMatching(is)]);
      expect(readFileSync(join(folder, output)).equals(before)).toBe(true);
    }
    const { code } = await runMain(folder, FILES[option]('data/new.svg'));
    expect([code, existsSync(join(folder, 'data', 'new.svg'))]).toEqual([0, true]);
    const again = await runMain(folder, FILES[option]('data/new.svg'));
    expect(again.code).toBe(0);
  });

  function filesBelow(folder: string): readonly string[] {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile())
      .sort();
  }

  it.each(Object.keys(FOLDERS))('is never replaced by %s', async (option) => {
    const folder = folderWithModel();
    expect((await runMain(folder, FOLDERS[option]('out'))).code).toBe(0);
    const written = filesBelow(join(folder, 'out'));
    expect(written.length).toBeGreaterThan(1);
    for (const name of option === 'init <dir>' ? [] : written) {
      const dataset = { source: 'csv', path: `out/${name}`, target: 'y', task: 'regression' };
      writeFileSync(join(folder, 'tinyml.config.json'), JSON.stringify({ dataset }));
      writeFileSync(join(folder, 'out', name), 'mine');
      const { code, stderr } = await runMain(folder, FOLDERS[option]('out'));
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining(`out/${name} is data of the project tinyml.config.json`),
      ]);
      expect(readFileSync(join(folder, 'out', name), 'utf8')).toBe('mine');
    }
    const again = await runMain(folder, FOLDERS[option]('out'));
    expect(again.code).toBe(2);
  });

  it('is known of the project that the output lies in, and through links', async () => {
    const folder = makeFiles({
      'p/tinyml.config.json': '{ "dataset": { "path": "../held.csv" }, "wrong": 1 }',
      'held.csv': 'a\n1\n',
    });
    writeFileSync(join(folder, 'm.tflite'), writeTflite(denseGraph(4, 2)));
    symlinkSync('p', join(folder, 'link'), 'dir');
    symlinkSync('../held.csv', join(folder, 'p', 'held.csv'));
    for (const output of ['p/tinyml.config.json', 'link/tinyml.config.json', 'p/held.csv', 'link/held.csv']) {
      const { code } = await runMain(folder, FILES['inspect --plan-svg'](output));
      expect([output, code]).toEqual([output, 2]);
    }
    expect(readFileSync(join(folder, 'held.csv'), 'utf8')).toBe('a\n1\n');
  });

  it('is safe because commands write through the functions that ask', () => {
    const room = join(import.meta.dirname, '..', '..', 'src', 'cli');
    const writers = filesBelow(room)
      // What was there before is put back as it was; an emulator is fed from a temporary folder.
      .filter((path) => !/^(?:workspace[\\/](?:publish|restore-point)|emulator[\\/])/.test(path))
      .filter((path) => /\bwrite(?:File|Fully|Synced)\w*\b/.test(readFileSync(join(room, path), 'utf8')));
    expect(writers).toEqual([]);
  });
});
