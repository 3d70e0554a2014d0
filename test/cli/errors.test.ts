import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ErrorJson } from '../../src/cli/printed-json.ts';
import { VERSION } from '../../src/core/version.ts';
import { readNpyFloat32, writeNpy } from '../../src/data/records/npy.ts';
import { projectJsonSchema } from '../../src/stages/config.ts';
import { makeFolder, makeProject, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

/** Files, arguments, exit code, and what the sentence says. */
const CASES: readonly (readonly [
  string,
  Record<string, string | Uint8Array>,
  readonly string[],
  number,
  string,
])[] = [
  ['an unknown command', {}, ['trian'], 2, 'error Unknown command \'trian\'.\nhint  Did you mean "train"?\n'],
  [
    'an unknown option',
    {},
    ['train', '--epoch', '3'],
    2,
    'error Unknown option \'--epoch\'.\nhint  Did you mean "--epochs"?\n',
  ],
  [
    'an option like two others',
    {},
    ['convert', '--int1'],
    2,
    'error Unknown option \'--int1\'.\nhint  Did you mean one of "--int16", "--int4", "--int8"?\n',
  ],
  [
    'an unknown option like no other',
    {},
    ['train', '--zzzzzz'],
    2,
    'error Unknown option \'--zzzzzz\'.\nhint  See "tinyml train --help".\n',
  ],
  [
    'an option of a stage',
    {},
    ['run', '--epochs', '3'],
    2,
    'hint  Give an option of a stage to that stage, "tinyml train --epochs 20", and run again: it stays in force. See',
  ],
  ['several values in one', {}, ['predict', '--value', '1,2'], 2, 'rows of a file for --input'],
  ['a missing argument', {}, ['diff'], 2, "error Missing required argument 'a'.\nhint  See"],
  ['a word for a number', {}, ['train', '--epochs', 'many'], 2, 'It must be a number'],
  ['a negative number of epochs', {}, ['train', '--epochs', '-1'], 2, 'train: epochs'],
  [
    'more epochs than a file may have',
    {},
    ['train', '--epochs', '1000001'],
    2,
    'train: epochs is 1000001, but must be at most 1000000',
  ],
  [
    'a learning rate that no file may have',
    {},
    ['train', '--learning-rate', '101'],
    2,
    'train: learningRate is 101, but must be at most 100',
  ],
  [
    'too many samples',
    {},
    ['dataset', '--samples', '90000000000'],
    2,
    'dataset: samples is 90000000000, but must be at most 10000000',
  ],
  ['too few samples', {}, ['dataset', '--samples', '3'], 2, 'dataset: samples is 3, but must be at least 5'],
  ['an unknown backend', {}, ['train', '--backend', 'gpu'], 2, 'Allowed choices are node, wasm, cpu'],
  ['--int8 and --float', {}, ['convert', '--int8', '--float'], 2, 'cannot be used with'],
  ['a plan without a model file', {}, ['convert', '--plan', 'offline'], 2, '--plan needs a model file'],
  [
    'a pass without a model file',
    {},
    ['convert', '--no-pass', 'dead-code'],
    2,
    '--no-pass needs a model file',
  ],
  ['the least file without a model', {}, ['convert', '--tflm-only'], 2, '--tflm-only needs a model file'],
  ['no input for predict', { 'm.tflite': 'x' }, ['predict', 'm.tflite'], 2, 'Give exactly one of'],
  [
    'a raw input without output',
    { 'm.tflite': 'x' },
    ['predict', 'm.tflite', '--raw-input', 'x'],
    2,
    'go together',
  ],
  ['a C name that is none', {}, ['export-c', 'm.tflite', '--name', '3d'], 3, 'm.tflite does not exist'],
  ['a missing model', {}, ['inspect', 'none.tflite'], 3, 'none.tflite does not exist'],
  [
    'a model below a file',
    { latest: '00001' },
    ['predict', 'latest/model.tflite', '--value', '1'],
    3,
    'error Cannot read latest/model.tflite: a part of its path is a file, not a folder.',
  ],
  ['a model of too long a name', {}, ['inspect', 'm'.repeat(300)], 3, 'its name is too long'],
  ['a folder for a model', {}, ['inspect', '.'], 3, '. is a folder without'],
  [
    'text for a model',
    { 'm.tflite': 'not a model, but long enough to look at' },
    ['inspect', 'm.tflite'],
    3,
    'm.tflite',
  ],
  ['an empty model', { 'm.tflite': '' }, ['inspect', 'm.tflite'], 3, 'm.tflite'],
  [
    'a config that is not JSON',
    { 'tinyml.config.json': '{,}' },
    ['dataset'],
    3,
    'tinyml.config.json, line 1 is not JSON',
  ],
  [
    'a misspelt config',
    { 'tinyml.config.json': '{"trainign": {}}' },
    ['dataset'],
    3,
    'Did you mean "training"?',
  ],
];

describe('errors', () => {
  it.each(CASES)('%s', async (_, files, argv, code, sentence) => {
    const folder = makeFolder();
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const result = await runMain(folder, argv);
    expect(result.stderr).toContain(sentence);
    expect(result.code).toBe(code);
    expect(result.stdout).toBe('');
    expect(result.stderr).not.toContain('    at ');
  });

  it.each(CASES)('%s, as JSON', async (_, files, argv, code) => {
    const folder = makeFolder();
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const plain = await runMain(folder, argv);
    const result = await runMain(folder, [...argv, '--json']);
    expect([result.code, result.stderr]).toEqual([code, plain.stderr]);
    const { error } = JSON.parse(result.stdout) as ErrorJson;
    expect(error.code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(plain.stderr).toContain(`error ${error.message.replace(/\.$/, '')}.\n`);
    if (error.hint !== undefined) expect(plain.stderr).toContain(`hint  ${error.hint}\n`);
  });

  it('a result that is a failure stays the only JSON', async () => {
    const folder = makeProject();
    await runMain(folder, ['convert', '-o', 'm.tflite']);
    const { code, stdout } = await runMain(folder, ['check', 'm.tflite', '--flash', '1', '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([5, expect.objectContaining({ ok: false })]);
  });

  it('an argument after -- asks for nothing', async () => {
    expect(await runMain('.', ['trian', '--', '--json'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('an output path that cannot be written leaves everything as it was', async () => {
    const folder = makeProject();
    writeFileSync(join(folder, 'file'), 'mine');
    const { code, stderr } = await runMain(folder, ['convert', '-o', 'file/model.tflite']);
    expect(code).toBe(6);
    expect(stderr).toMatch(/Cannot write .*file\/model\.tflite: a file is in the way of a folder/);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('mine');
  });

  it('an output that is a folder', async () => {
    const folder = makeProject();
    mkdirSync(join(folder, 'taken'));
    const { code, stderr } = await runMain(folder, ['convert', '-o', 'taken']);
    expect([code, stderr]).toEqual([6, expect.stringContaining('a folder is in the way')]);
  });

  it('init never overwrites', async () => {
    const folder = makeProject();
    const { code, stderr } = await runMain(folder, ['init']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('tinyml.config.json exists already')]);
  });

  it('records that are not finite numbers, or too long', async () => {
    const folder = makeProject();
    await runMain(folder, ['convert', '-o', 'm.tflite']);
    writeFileSync(join(folder, 'nan.npy'), writeNpy('float32', [3, 1], Float32Array.of(1, Number.NaN, 2)));
    writeFileSync(join(folder, 'wide.npy'), writeNpy('float32', [2, 2], new Float32Array(4)));
    writeFileSync(join(folder, 'cut.npy'), writeNpy('float32', [2, 1], new Float32Array(2)).subarray(0, 100));
    const nan = await runMain(folder, ['predict', 'm.tflite', '--input', 'nan.npy']);
    expect([nan.code, nan.stderr]).toEqual([3, expect.stringContaining('nan.npy: row 1 holds NaN')]);
    const wide = await runMain(folder, ['predict', 'm.tflite', '--input', 'wide.npy']);
    expect([wide.code, wide.stderr]).toEqual([4, expect.stringContaining('A record has 2 values')]);
    const cut = await runMain(folder, ['predict', 'm.tflite', '--input', 'cut.npy']);
    expect([cut.code, cut.stderr]).toEqual([3, expect.stringContaining('cut.npy')]);
  });
});

describe('files of numbers', () => {
  it('are .npy, .csv or .json wherever one is asked for', async () => {
    const folder = makeProject();
    await runMain(folder, ['convert', '-o', 'm.tflite']);
    const values = Float32Array.of(1, 2.5, 7);
    writeFileSync(join(folder, 'x.npy'), writeNpy('float32', [3, 1], values));
    writeFileSync(join(folder, 'x.csv'), 'x\n1\n2.5\n7\n');
    writeFileSync(join(folder, 'x.json'), '[[1],[2.5],[7]]');
    const written = async (input: string, output: string): Promise<Buffer> => {
      expect((await runMain(folder, ['predict', 'm.tflite', '--input', input, '-o', output])).code).toBe(0);
      return readFileSync(join(folder, output));
    };
    const npy = await written('x.npy', 'y1.npy');
    expect(await written('x.csv', 'y2.npy')).toEqual(npy);
    expect(await written('x.json', 'y3.npy')).toEqual(npy);
    const { data } = readNpyFloat32(npy);
    const csv = (await written('x.csv', 'y.csv')).toString();
    expect(Float32Array.from(csv.trim().split('\n'), Number)).toEqual(data);
    const json = JSON.parse((await written('x.csv', 'y.json')).toString()) as number[][];
    expect(Float32Array.from(json.flat())).toEqual(data);

    const model = 'artifacts/train';
    const [version] = readFileSync(join(folder, model, 'latest'), 'utf8')
      .trim()
      .split('\n');
    const converted = async (samples: string): Promise<Buffer> => {
      const argv = [
        'convert',
        join(model, version, 'model.json'),
        '--calibration',
        samples,
        '-o',
        'c.tflite',
      ];
      expect((await runMain(folder, argv)).code).toBe(0);
      return readFileSync(join(folder, 'c.tflite'));
    };
    expect(await converted('x.csv')).toEqual(await converted('x.npy'));
    expect((await runMain(folder, ['diff', 'm.tflite', 'c.tflite', '--input', 'x.json'])).code).toBe(0);
  });
});

describe('values that the chip cuts off', () => {
  it.each(['int8', 'float'])('are counted, with inputs of %s', async (io) => {
    const folder = makeProject();
    await runMain(folder, ['convert', '--io', io, '-o', 'm.tflite']);
    const warned = await runMain(folder, [
      'predict',
      'm.tflite',
      '--value',
      '3',
      '--value',
      '400',
      '--value',
      '-9',
    ]);
    expect(warned.code).toBe(0);
    expect(warned.stderr).toMatch(
      /warning 2 of 3 input values \(66\.67%\) lie outside of 0(\.0\d+)? … 1[45](\.\d+)?, for which the model was calibrated/,
    );
    const fine = await runMain(folder, ['predict', 'm.tflite', '--value', '3', '--value', '0']);
    expect(fine.stderr).not.toContain('warning');
  });

  it('are none for a float model', async () => {
    const folder = makeProject();
    await runMain(folder, ['convert', '--float', '-o', 'm.tflite']);
    const { stderr } = await runMain(folder, ['predict', 'm.tflite', '--value', '400']);
    expect(stderr).not.toContain('warning');
  });
});

describe('help', () => {
  it('--version', async () => {
    expect(await runMain('.', ['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it.each([
    'run',
    'init',
    'dataset',
    'train',
    'quantize',
    'convert',
    'evaluate',
    'export-c',
    'predict',
    'inspect',
  ])('%s --help has examples', async (command) => {
    const { code, stdout } = await runMain('.', [command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Examples:\n  $ tinyml ${command}`);
    expect(stdout).toContain('--json');
  });
});

describe('init', () => {
  it('writes a project that runs as the built-in one', async () => {
    const folder = makeFolder();
    const { code, stdout } = await runMain(folder, ['init', 'mine']);
    expect([code, stdout]).toEqual([0, 'mine/tinyml.config.json\n']);
    const config = JSON.parse(readFileSync(join(folder, 'mine/tinyml.config.json'), 'utf8')) as {
      $schema: string;
    };
    expect(config.$schema).toBe('./tinyml.config.schema.json');
    expect(JSON.parse(readFileSync(join(folder, 'mine', config.$schema), 'utf8'))).toEqual(
      projectJsonSchema(),
    );
    expect((await runMain(join(folder, 'mine'), ['dataset'])).code).toBe(0);
  });

  it.each(['{"title": "My own"}', 'mine', '[]', ''])(
    'keeps a schema file that is not its own: %j',
    async (text) => {
      const folder = makeFolder();
      const schema = join(folder, 'tinyml.config.schema.json');
      writeFileSync(schema, text);
      const { code, stdout, stderr } = await runMain(folder, ['init']);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('tinyml.config.schema.json exists already');
      expect(readFileSync(schema, 'utf8')).toBe(text);
      expect(existsSync(join(folder, 'tinyml.config.json'))).toBe(false);
    },
  );

  it('brings a schema file of another version up to date', async () => {
    const folder = makeFolder();
    const schema = join(folder, 'tinyml.config.schema.json');
    const { title } = projectJsonSchema();
    writeFileSync(schema, JSON.stringify({ title, type: 'object' }));
    expect((await runMain(folder, ['init'])).code).toBe(0);
    expect(JSON.parse(readFileSync(schema, 'utf8'))).toEqual(projectJsonSchema());
  });
});

it.each([
  [['inspect', ''], '<model> is empty'],
  [['convert', '', '-o', 'x.tflite'], '<model> is empty'],
  [['convert', 'm.tflite', '-o', ''], '--output is empty'],
  [['diff', 'a.tflite', ''], '<b> is empty'],
  [['verify', ''], '<log> is empty'],
  [['explain', ''], '<message> is empty'],
  [['init', ''], '<dir> is empty'],
  [['dataset', '--config', ''], '--config is empty'],
  [['inspect', 'm.tflite', '--plan-svg', ''], '--plan-svg is empty'],
])('%j: an empty word is not the current folder', async (argv, sentence) => {
  const folder = makeFolder();
  const { code, stderr } = await runMain(folder, argv);
  expect([code, stderr]).toEqual([2, expect.stringContaining(sentence)]);
  expect(readdirSync(folder)).toEqual([]);
});

it('an option without its value is shown with one', async () => {
  const { code, stderr } = await runMain(makeFolder(), ['export-c', '--arduino']);
  expect([code, stderr]).toEqual([
    2,
    'error Option \'--arduino <dir>\' argument missing.\nhint  Give it behind the option: "tinyml export-c --arduino DIR". See "tinyml export-c --help".\n',
  ]);
});

it.each([
  ['export-c', '--arduino', '--json'],
  ['convert', 'm.h5', '-o', '--int8'],
])('an option is no value of another: %s %s %s', async (...argv) => {
  const { code, stderr } = await runMain(makeFolder(), argv);
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^error --(arduino|output) takes --\w+ for its value, which/),
  ]);
});
