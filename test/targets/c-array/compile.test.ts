import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { perTensor } from '../../../src/core/quant-params.ts';
import { createRandom } from '../../../src/core/random.ts';
import type { CArrayStyle } from '../../../src/targets/c-array/array-style.ts';
import { cArrayFiles } from '../../../src/targets/c-array/c-array-files.ts';
import { missingCortexM4Compiler, missingNative } from '../../cross/probe.ts';

const PROGRAM = fileURLToPath(new URL('./verify-array.cc', import.meta.url));
const WARNINGS = ['-Wall', '-Wextra', '-Werror', '-pedantic'];
const STYLES: readonly CArrayStyle[] = ['tflm', 'arduino'];
const STANDARDS = ['c++11', 'c++17'];
const CASES = STYLES.flatMap((style) => STANDARDS.map((standard) => [style, standard] as const));

/** 1003 bytes: every value, and a last line that is not full. */
function testModel(): Uint8Array {
  const random = createRandom(7, 'c-array test');
  return Uint8Array.from({ length: 1003 }, (_, index) => (index < 256 ? index : random.below(256)));
}

const HOSTILE = 'x\n#error newline\r??/\\ */ /* // \u2028 \u0000 ??/';

describe('generated C arrays', () => {
  const model = testModel();
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tinyml-c-array-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Writes the generated files; returns where they are. */
  function generate(style: CArrayStyle): { source: string; header: string } {
    const quant = perTensor(0.024, 4);
    const facts = {
      inputs: [{ name: HOSTILE, dtype: 'int8', shape: [1, 1], quant } as const],
      outputs: [{ name: `${HOSTILE}\\`, dtype: 'int8', shape: [1, 1], quant } as const],
    };
    const [source, header] = cArrayFiles(model, facts, {
      name: 'g_model',
      style,
    }).map(({ path, text }) => {
      writeFileSync(join(folder, path), text);
      return path;
    });
    return { source, header };
  }

  function run(command: string, ...args: string[]): void {
    const { status, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).toBe('');
    expect(status).toBe(0);
  }

  const noNative = missingNative();
  describe.skipIf(noNative !== '')(`on this machine ${noNative}`, () => {
    it.each(CASES)('%s, %s: every byte, the length and the alignment are right', (style, standard) => {
      const { source, header } = generate(style);
      const model0 = join(folder, 'model.tflite');
      writeFileSync(model0, model);
      const executable = join(folder, `verify-${style}-${standard}`);
      const flags = [`-std=${standard}`, ...WARNINGS, `-DMODEL_HEADER="${header}"`, '-I.'];
      run('g++', ...flags, PROGRAM, source, '-o', executable);
      run(executable, model0);
    });

    it('the program tells a wrong byte and a wrong length', () => {
      const { source, header } = generate('tflm');
      const text = readFileSync(join(folder, source), 'utf8');
      const executable = join(folder, 'verify-wrong');
      const flags = ['-std=c++11', `-DMODEL_HEADER="${header}"`, '-I.'];
      writeFileSync(join(folder, source), text.replace('0x00, 0x01, 0x02,', '0x00, 0x01, 0x03,'));
      run('g++', ...flags, PROGRAM, source, '-o', executable);
      const other = join(folder, 'other.tflite');
      writeFileSync(other, model);
      expect(spawnSync(executable, [other], { encoding: 'utf8' }).stdout).toBe('byte 2 differs\n');
      writeFileSync(other, model.subarray(0, 2));
      expect(spawnSync(executable, [other], { encoding: 'utf8' }).stdout).toBe(
        'length is 1003 instead of 2\n',
      );
    });
  });

  const noCortexM4 = missingCortexM4Compiler();
  describe.skipIf(noCortexM4 !== '')(`for Cortex-M4 ${noCortexM4}`, () => {
    it.each(CASES)('%s, %s: compiles, and the array is read-only, aligned and visible', (style, standard) => {
      const { source, header } = generate(style);
      const target = ['-mcpu=cortex-m4', '-mthumb', '-O2', '-c', `-std=${standard}`, ...WARNINGS, '-I.'];
      run('arm-none-eabi-g++', ...target, `-DMODEL_HEADER="${header}"`, PROGRAM, '-o', 'verify.o');
      run('arm-none-eabi-g++', ...target, source, '-o', 'array.o');
      const { stdout } = spawnSync('arm-none-eabi-objdump', ['-h', '-t', 'array.o'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(stdout).toMatch(/ \.rodata +000003eb .* 2\*\*4\n/);
      expect(stdout).toMatch(/ g +O \.rodata\s+000003eb g_model\n/);
    });
  });
});
