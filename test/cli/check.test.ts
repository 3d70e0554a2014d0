/** `tinyml check` through the command line: figures of a recorded model, every option, and every form of output. */

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CheckReport, renderCheck } from '../../src/cli/render/check-report.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import { sineNet } from '../formats/tflite/models.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { makeFolder, makeProject, removeFolders, runMain, SMALL_PROJECT } from './run-main.ts';

afterAll(removeFolders);

interface CheckJson {
  readonly model: string;
  readonly target: string;
  readonly ok: boolean;
  readonly checks: readonly {
    readonly check: string;
    readonly ok: boolean;
    readonly limit?: number;
    readonly measured?: number;
    readonly margin?: number;
    readonly allowance?: number;
    readonly delta?: number;
    readonly failure?: string;
  }[];
}

async function checkJson(folder: string, ...argv: string[]): Promise<CheckJson & { code: number }> {
  const { code, stdout } = await runMain(folder, ['check', ...argv, '--json']);
  return { ...(JSON.parse(stdout) as CheckJson), code };
}

const hello = sharedPath('models', 'tflm', 'hello_world_int8.tflite');

describe.skipIf(hello === undefined)(`hello_world_int8 (${NO_SHARED})`, () => {
  const folder = makeFolder();
  const check = (...argv: string[]) => runMain(folder, ['check', hello as string, ...argv]);

  it('--ram 1k fails with exit 5 and says by how many bytes; --ram 2k passes', async () => {
    const measured = (await checkJson(folder, hello as string, '--ram', '2k')).checks[0].measured as number;
    const { code, stdout, stderr } = await check('--ram', '1k');
    expect(code).toBe(5);
    const over = String(measured - 1024);
    expect(stdout).toContain(`${over} bytes over the limit of 1,024 bytes`);
    expect(stdout).toMatch(/ram, bytes +1,024 +1,\d{3} +-\d+ +FAIL/);
    expect(stderr).toContain('1 of 1 check failed');
    const passed = await check('--ram', '2k');
    expect([passed.code, passed.stderr]).toEqual([0, '']);
    expect(passed.stdout).toContain('stack and application come on top');
  });

  it.each([
    ['cortex-m-reference', 1072],
    ['cortex-m-cmsis-nn', 1168],
    ['x86-64', 1616],
  ])('the arena of %s is the recorded one, to the byte', async (target, minimum) => {
    const limit = (bytes: number) =>
      checkJson(folder, hello as string, '--target', target, '--arena', `${bytes}`);
    expect(await limit(minimum)).toMatchObject({ code: 0, ok: true, target, checks: [{ margin: 0 }] });
    expect(await limit(minimum - 1)).toMatchObject({ code: 5, ok: false, checks: [{ margin: -1 }] });
  });

  it('flash and MACs, at the limit and below it', async () => {
    expect((await check('--flash', '2704', '--max-macs', '288')).code).toBe(0);
    const { code, stdout, stderr } = await check('--flash', '2703', '--max-macs', '287');
    expect(code).toBe(5);
    expect(stdout).toContain('FAIL flash: 2,704 bytes, 1 byte over the limit of 2,703 bytes.');
    expect(stdout).toContain('FAIL MACs: 288, 1 over the limit of 287.');
    expect(stderr).toContain('2 of 2 checks failed');
  });

  it('--ops-for', async () => {
    expect((await check('--ops-for', 'arduino-tflm')).stdout).toMatch(
      /operators +arduino-tflm +1 of 1 +– +ok/,
    );
  });
});

const lstm = sharedPath('models', 'tflm', 'trained_lstm_int8.tflite');

describe.skipIf(lstm === undefined)(`a model with states (${NO_SHARED})`, () => {
  it('has a size and an arena', async () => {
    const result = await checkJson(makeFolder(), lstm as string, '--flash', '1M', '--ops-for', 'tflm');
    expect(result).toMatchObject({ code: 0, ok: true });
  });
});

/** A sine network whose flash, MACs and operators are known; `perUnit` makes it larger. */
function writeModel(folder: string, name: string, perUnit = false): number {
  const bytes = writeTflite(sineNet(perUnit));
  writeFileSync(join(folder, name), bytes);
  return bytes.length;
}

describe('limits', () => {
  it('there must be one, and the error names them', async () => {
    const folder = makeFolder();
    writeModel(folder, 'm.tflite');
    for (const argv of [['check'], ['check', 'm.tflite']]) {
      const { code, stdout, stderr } = await runMain(folder, argv);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      for (const option of ['--flash', '--ram', '--arena', '--max-macs', '--min-accuracy', '--baseline']) {
        expect(stderr).toContain(option);
      }
    }
  });

  it.each([
    [['--flash', '64kb'], 'whole number of bytes'],
    [['--arena', '1.3k'], 'whole number of bytes'],
    [['--ram', '-1'], 'whole number of bytes'],
    [['--max-macs', '1.5'], 'whole number'],
    [['--min-accuracy', '90'], 'from 0 to 1'],
    [['--min-sqnr', 'x'], 'must be a number'],
    [['--mse', '-1'], 'must not be negative'],
    [['--mae', '-1'], 'must not be negative'],
    [['--r2', 'x'], 'must be a number'],
    [['--ops-for', 'mbed'], 'Allowed choices are tflm, arduino-tflm, chirale'],
    [['--target', 'avr'], 'Allowed choices are cortex-m-reference'],
    [['--format', 'html'], 'Allowed choices are text, github, junit'],
    [['--json', '--format', 'junit'], 'cannot be used with'],
  ])('%j is refused', async (argv, sentence) => {
    const { code, stderr } = await runMain(makeFolder(), ['check', 'm.tflite', ...argv]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
  });

  it.each([
    ['--min-accuracy', '0.5'],
    ['--max-accuracy-drop', '0.5'],
    ['--min-sqnr', '5'],
    ['--mse', '1'],
    ['--mae', '1'],
    ['--r2', '0'],
  ])('%s needs the project', async (...argv) => {
    const folder = makeFolder();
    writeModel(folder, 'm.tflite');
    const { code, stderr } = await runMain(folder, ['check', 'm.tflite', ...argv]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${argv[0]} need`);
  });

  it('of the project file hold, and the command line wins', async () => {
    const folder = makeProject({ check: { flash: 1, maxMacs: '1k', minAccuracy: 0.5 } });
    const bytes = writeModel(folder, 'm.tflite');
    const { code, stderr } = await runMain(folder, ['check', 'm.tflite']);
    expect(code).toBe(5);
    expect(stderr).toContain('check.minAccuracy of the project file: not checked');
    expect(await checkJson(folder, 'm.tflite', '--flash', `${bytes}`)).toMatchObject({
      code: 0,
      checks: [
        { check: 'flash', limit: bytes },
        { check: 'macs', limit: 1000, measured: 288 },
      ],
    });
  });

  it('of the project file are numbers or text, and nothing else', async () => {
    for (const [check, sentence] of [
      [{ flash: '1.3k' }, 'check.flash: must be a whole number of bytes'],
      [{ ram: '64kb' }, 'check.ram: must be a whole number of bytes'],
      [{ arena: -1 }, 'check.arena is -1, but must be at least 0'],
      [{ maxMacs: true }, 'check.maxMacs: must be a whole number'],
      [{ minAccuracy: 90 }, 'check.minAccuracy'],
      [{ target: 'avr' }, 'check.target'],
      [{ flsh: 1 }, '"flsh"'],
    ] as const) {
      const { code, stderr } = await runMain(makeProject({ check }), ['check', '--flash', '1']);
      expect(stderr).toContain(sentence);
      expect(code).toBe(3);
    }
  });

  it('a damaged file and a missing one', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'm.tflite'), 'not a model');
    expect((await runMain(folder, ['check', 'm.tflite', '--flash', '1k'])).code).toBe(3);
    expect((await runMain(folder, ['check', 'x.tflite', '--flash', '1k'])).code).toBe(3);
    copyFileSync(new URL('../../fixtures/keras/tiny.h5', import.meta.url), join(folder, 'm.h5'));
    const float = await runMain(folder, ['check', 'm.h5', '--flash', '1k']);
    expect([float.code, float.stderr.includes('tinyml convert m.h5')]).toEqual([3, true]);
  });

  it('of a C array', async () => {
    const folder = makeFolder();
    const bytes = writeModel(folder, 'm.tflite');
    expect((await runMain(folder, ['export-c', 'm.tflite', '-o', 'out'])).code).toBe(0);
    expect(await checkJson(folder, 'out/model_data.cc', '--flash', `${bytes}`)).toMatchObject({
      code: 0,
      checks: [{ measured: bytes, margin: 0 }],
    });
  });
});

describe('--ops-for', () => {
  it('fails where the library computes an operator otherwise, with the reason', async () => {
    const folder = makeFolder();
    writeModel(folder, 'm.tflite', true);
    expect((await runMain(folder, ['check', 'm.tflite', '--ops-for', 'tflm'])).code).toBe(0);
    const { code, stdout } = await runMain(folder, ['check', 'm.tflite', '--ops-for', 'chirale']);
    expect(code).toBe(5);
    expect(stdout).toMatch(
      /FAIL operators: not as they are meant with chirale: FULLY_CONNECTED \(2 times\): ./,
    );
  });
});

describe('--baseline', () => {
  it('allows what is no worse, shows differences, and gives way to limits', async () => {
    const folder = makeFolder();
    const small = writeModel(folder, 'a.tflite');
    const large = writeModel(folder, 'b.tflite', true);
    expect(large).toBeGreaterThan(small);
    expect((await runMain(folder, ['check', 'a.tflite', '--baseline', 'a.tflite'])).code).toBe(0);
    expect((await runMain(folder, ['check', 'a.tflite', '--baseline', 'b.tflite'])).code).toBe(0);
    const worse = await checkJson(folder, 'b.tflite', '--baseline', 'a.tflite');
    expect(worse.code).toBe(5);
    expect(worse.checks.map(({ check }) => check)).toEqual(['flash', 'arena', 'ram', 'macs']);
    expect(worse.checks[0]).toMatchObject({ ok: false, limit: small, delta: large - small });
    const allowed = await checkJson(folder, 'b.tflite', '--baseline', 'a.tflite', '--flash', `${large}`);
    expect(allowed.checks[0]).toMatchObject({ ok: true, limit: large, delta: large - small });
    const { stdout } = await runMain(folder, ['check', 'b.tflite', '--baseline', 'a.tflite']);
    expect(stdout).toMatch(/check +limit +measured +margin +baseline +delta/);
    expect(stdout).toContain(`over the baseline's ${small.toLocaleString('en')} bytes`);
  });
});

describe('--tolerance', () => {
  it('allows a larger model by so much, says so in its row, and not by a byte more', async () => {
    const folder = makeFolder();
    const small = writeModel(folder, 'a.tflite');
    const large = writeModel(folder, 'b.tflite', true);
    const argv = ['b.tflite', '--baseline', 'a.tflite', '--arena', '64k', '--ram', '64k', '--tolerance'];
    const allowed = await checkJson(folder, ...argv, `${large - small}`);
    expect(allowed).toMatchObject({ code: 0, ok: true });
    expect(allowed.checks[0]).toMatchObject({ limit: large, allowance: large - small, margin: 0 });
    const { code, stdout } = await runMain(folder, ['check', ...argv, '50%']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/flash, bytes .* ok, worse by no more than the tolerance\n/);
    expect(stdout).toMatch(/MACs .* ok\n/);
    const over = await runMain(folder, ['check', ...argv, `${large - small - 1}`]);
    expect(over.code).toBe(5);
    expect(over.stdout).toContain(
      `bytes, 1 byte over the limit of ${(large - 1).toLocaleString('en')} bytes, the baseline's ${small.toLocaleString('en')} bytes and a tolerance of ${large - small - 1} bytes.`,
    );
  });

  it('is of a baseline', async () => {
    const folder = makeFolder();
    writeModel(folder, 'a.tflite');
    const { code, stderr } = await runMain(folder, [
      'check',
      'a.tflite',
      '--flash',
      '1M',
      '--tolerance',
      '1k',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('there is none');
  });

  it.each(['101%', '-1%', '2 %', '1.3k', '0.0625k', 'x'])('%s is refused', async (text) => {
    const argv = ['check', 'a.tflite', '--baseline', 'a.tflite', '--tolerance', text];
    const { code, stderr } = await runMain(makeFolder(), argv);
    expect(code).toBe(2);
    expect(stderr).toContain('from 0% to 100%');
  });
});

const HOSTILE = 'a%\r\n::error::x,y:z ##[error]<&">\u001b[31m\u202e';

const REPORT: CheckReport = {
  model: HOSTILE,
  target: 'x86-64',
  rows: [
    {
      check: 'flash',
      unit: 'bytes',
      sense: 'most',
      ok: false,
      limit: 10,
      limitIsBaseline: false,
      measured: 12,
      atLeast: false,
      margin: -2,
    },
    {
      check: 'operators',
      ok: false,
      library: 'chirale',
      operators: 1,
      refusals: [{ operator: HOSTILE, reason: 'Not there.', count: 2 }],
    },
    {
      check: 'accuracyDrop',
      unit: 'share',
      sense: 'most',
      ok: true,
      limit: 0.02,
      limitIsBaseline: false,
      measured: 0.01,
      atLeast: false,
      margin: 0.01,
    },
  ],
};

describe('hostile names', () => {
  it('stay on their line and off the terminal', () => {
    const text = renderCheck(REPORT, 'text');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202e/u);
    expect(text.split('\n').filter((line) => line.trimStart().startsWith('::'))).toEqual([]);
    expect(text).toContain('\\u{1b}[31m\\u{202e}');
  });

  it('make no workflow command', () => {
    const lines = renderCheck(REPORT, 'github').split('\n');
    const commands = lines.filter((line) => line.trimStart().startsWith('::'));
    expect(commands).toHaveLength(2);
    expect(commands[0]).toMatch(
      /^::error title=tinyml check%3A flash::a%25.*: flash: 12 bytes, 2 bytes over the limit of 10 bytes$/,
    );
    const others = lines.filter((line) => !line.startsWith('::'));
    expect(others.join('\n')).not.toContain('##[');
  });

  it('make no XML', () => {
    const xml = renderCheck(REPORT, 'junit');
    expect(xml.match(/<testcase /g)).toHaveLength(3);
    expect(xml.match(/<failure /g)).toHaveLength(2);
    expect(xml).toContain('tests="3" failures="2"');
    expect(xml).toContain('&lt;&amp;&quot;&gt;');
    // What is left between the known tags has no mark of its own.
    const rest = xml
      .replace(/<\?xml[^?]*\?>|<\/?(testsuites|testsuite|testcase|failure)( [a-z]+="[^"<>]*")*\/?>/g, '')
      .replace(/&(lt|gt|amp|quot);/g, '');
    expect(rest).not.toMatch(/[<>&"]/);
    expect(xml.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\ufffe\uffff]/u);
  });

  it('as the name of a file', async () => {
    const folder = makeFolder();
    const name = 'x\n::error::y.tflite';
    writeModel(folder, name);
    const { code, stdout } = await runMain(folder, ['check', name, '--flash', '1', '--format', 'github']);
    expect(code).toBe(5);
    expect(stdout.split('\n').filter((line) => line.startsWith('::'))).toHaveLength(1);
    const junit = await runMain(folder, ['check', name, '--flash', '1M', '--format', 'junit']);
    expect(junit.code).toBe(0);
    expect(junit.stdout).toContain('tests="1" failures="0"');
    expect(junit.stdout).toContain('name="tinyml check x\\u{a}::error::y.tflite"');
  });
});

describe("the project's model", () => {
  let folder: string;

  beforeAll(() => {
    folder = makeProject();
  });

  it('is brought up to date and checked, without being evaluated where nothing asks for it', async () => {
    const result = await checkJson(folder, '--flash', '64k');
    expect(result).toMatchObject({ code: 0, ok: true });
    expect(result.model).toMatch(/artifacts.convert.00001-[0-9a-f]{12}.model\.tflite$/);
    const bytes = readFileSync(join(folder, result.model)).length;
    expect(result.checks).toMatchObject([{ check: 'flash', measured: bytes }]);
  });

  it('SQNR is the one that evaluate measures', async () => {
    const evaluation = JSON.parse((await runMain(folder, ['evaluate', '--json'])).stdout) as {
      metrics: { sqnrDb: number };
    };
    const { sqnrDb } = evaluation.metrics;
    expect(await checkJson(folder, '--min-sqnr', `${sqnrDb}`)).toMatchObject({
      code: 0,
      checks: [{ check: 'sqnr', measured: sqnrDb, margin: 0 }],
    });
    const { code, stdout } = await runMain(folder, ['check', '--min-sqnr', `${sqnrDb + 1}`]);
    expect(code).toBe(5);
    expect(stdout).toMatch(/FAIL SQNR: .* dB, 1 dB under the least of/);
  });

  it('MSE, MAE and R² are those that evaluate measures, at the limit and beyond', async () => {
    const { directory } = JSON.parse((await runMain(folder, ['evaluate', '--json'])).stdout) as {
      directory: string;
    };
    const { converted } = JSON.parse(readFileSync(join(folder, directory, 'evaluation.json'), 'utf8')) as {
      converted: { mse: number; mae: number; r2: number };
    };
    const { mse, mae, r2 } = converted;
    expect(await checkJson(folder, '--mse', `${mse}`, '--mae', `${mae}`, '--r2', `${r2}`)).toMatchObject({
      code: 0,
      checks: [
        { check: 'mse', measured: mse, margin: 0 },
        { check: 'mae', measured: mae, margin: 0 },
        { check: 'r2', measured: r2, margin: 0 },
      ],
    });
    const argv = ['check', '--mse', `${mse / 2}`, '--mae', `${mae / 2}`, '--r2', `${r2 + 0.01}`];
    const { code, stdout, stderr } = await runMain(folder, argv);
    expect(code).toBe(5);
    expect(stdout).toMatch(/FAIL R²: .*, 0\.01 under the least of/);
    expect(stderr).toContain('3 of 3 checks failed');
  });

  it('has no accuracy where it is a regression: that fails, with the reason', async () => {
    const { code, stdout } = await runMain(folder, ['check', '--min-accuracy', '0']);
    expect(code).toBe(5);
    expect(stdout).toContain('the project is a regression, which has no accuracy');
  });

  it('keeps what convert was last told', async () => {
    expect((await runMain(folder, ['convert', '--float'])).code).toBe(0);
    const { checks } = await checkJson(folder, '--flash', '64k', '--min-sqnr', '20');
    const float = JSON.parse((await runMain(folder, ['convert', '--float', '--json'])).stdout) as {
      metrics: { bytes: number };
    };
    expect(checks[0].measured).toBe(float.metrics.bytes);
  });
});

describe('a classifier', () => {
  it('is held against its accuracy, at the limit and beyond, and against a baseline', async () => {
    const folder = makeProject({
      ...SMALL_PROJECT,
      dataset: { source: 'motion', samples: 100 },
      model: {
        layers: [{ type: 'Flatten' }, { type: 'Dense', units: 4, activation: 'softmax' }],
      },
      training: { epochs: 2, loss: 'categoricalCrossentropy' },
    });
    const evaluated = await runMain(folder, ['evaluate', '--json']);
    expect(evaluated.stderr).not.toContain('error');
    const { metrics } = JSON.parse(evaluated.stdout) as {
      metrics: { floatAccuracy: number; convertedAccuracy: number };
    };
    const drop = metrics.floatAccuracy - metrics.convertedAccuracy;
    const { convertedAccuracy } = metrics;
    const result = await checkJson(
      folder,
      '--min-accuracy',
      `${convertedAccuracy}`,
      '--max-accuracy-drop',
      `${Math.max(0, drop)}`,
    );
    expect(result).toMatchObject({
      code: 0,
      checks: [{ check: 'accuracy', measured: convertedAccuracy, margin: 0 }, { check: 'accuracyDrop' }],
    });
    const errors = await runMain(folder, ['check', '--mse', '9', '--mae', '9', '--r2', '-9']);
    expect(errors.code).toBe(5);
    expect(errors.stdout.match(/the project is a classification, which has no/g)).toHaveLength(3);
    const over = await checkJson(folder, '--min-accuracy', `${convertedAccuracy + 0.001}`);
    expect([over.code, over.ok]).toEqual([5, false]);
    await runMain(folder, ['convert', '-o', 'released.tflite']);
    const same = await checkJson(folder, '--baseline', 'released.tflite');
    expect(same.code).toBe(0);
    expect(same.checks.map(({ check }) => check)).toEqual(['flash', 'arena', 'ram', 'macs', 'accuracy']);
    expect(same.checks.every(({ delta }) => delta === 0)).toBe(true);
    // A baseline of other inputs is compared in what it takes.
    writeModel(folder, 'sine.tflite');
    const other = await checkJson(folder, '--baseline', 'sine.tflite');
    expect(other.checks.map(({ check }) => check)).toEqual(['flash', 'arena', 'ram', 'macs']);
  });
});
