/** `tinyml inspect` on public models, as files and as C source, and what it prints of them. */

import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeNpy } from '../../src/data/records/npy.ts';
import { writeTflite } from '../../src/formats/tflite/write.ts';
import type { Inspection } from '../../src/models/inspect/inspect-model.ts';
import { fixturePath } from '../fixtures.ts';
import { xxd } from '../formats/c-array/styles.ts';
import { sineNet } from '../formats/tflite/models.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { makeFolder, makeProject, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

interface ArenaJson {
  readonly target: string;
  readonly usedBytes: number;
  readonly headBytes: number;
  readonly tailBytes: number;
  readonly minimumBytes: number;
  readonly unknownOperators: readonly string[];
}

interface InspectJson {
  readonly format: string;
  readonly array?: string;
  readonly arena: readonly ArenaJson[];
  readonly plan: { readonly target: string; readonly boxes: readonly object[] };
}

async function inspect(folder: string, ...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await runMain(folder, ['inspect', ...argv]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return stdout;
}

async function inspectJson(folder: string, ...argv: string[]): Promise<InspectJson> {
  return JSON.parse(await inspect(folder, ...argv, '--json')) as InspectJson;
}

interface Facts {
  readonly model: string;
  readonly arena: Readonly<Record<string, { used: number; head: number; tail: number; minimum: number }>>;
}

const BUILDS = {
  'cortex-m-reference': 'cortex_m4_reference',
  'cortex-m-cmsis-nn': 'cortex_m4_cmsis_nn',
  'x86-64': 'x86_64',
} as const;

const golden = sharedPath('golden', 'models');
const recorded = golden === undefined ? [] : readdirSync(golden);

describe.skipIf(golden === undefined)(`arenas (${NO_SHARED})`, () => {
  it.each(recorded.length === 0 ? ['none'] : recorded)(
    '%s, from its file and from C source',
    async (name) => {
      const facts = JSON.parse(readFileSync(join(golden as string, name, 'facts.json'), 'utf8')) as Facts;
      const path = sharedPath(facts.model) as string;
      const folder = makeFolder();
      writeFileSync(join(folder, 'model.cc'), `#include "m.h"\n${xxd(readFileSync(path), 'g_model')}`);
      const fromFile = await inspectJson(folder, path);
      const fromSource = await inspectJson(folder, 'model.cc');
      expect(fromSource).toMatchObject({ format: 'c-array', array: 'g_model' });
      expect(fromSource.arena).toEqual(fromFile.arena);
      for (const [target, build] of Object.entries(BUILDS)) {
        const found = fromFile.arena.find((arena) => arena.target === target) as ArenaJson;
        const { used, head, tail, minimum } = facts.arena[build];
        expect(found, target).toMatchObject({
          usedBytes: used,
          headBytes: head,
          tailBytes: tail,
          minimumBytes: minimum,
          unknownOperators: [],
        });
      }
    },
  );
});

describe('a small model', () => {
  const folder = makeProject();
  const model = writeTflite(sineNet());
  writeFileSync(join(folder, 'm.tflite'), model);
  writeFileSync(join(folder, 'm.cc'), xxd(model));

  it('prints figures, the plan, and where the picture went', async () => {
    const text = await inspect(folder, 'm.cc', '--plan', '--plan-svg', 'out/plan.svg', '--target', 'x86-64');
    for (const part of [
      'm.cc, array m_tflite: ',
      'FULLY_CONNECTED',
      '288 multiply-accumulates per inference',
      'cortex-m-cmsis-nn',
      'The least arena is larger than what arena_used_bytes() reports',
      'Chirale_TensorFLowLite  yes',
      'm.cc, array m_tflite, x86-64: 32 bytes of activations and scratch memory',
      'peak: 32 bytes at step 1, FULLY_CONNECTED: ',
      'out/plan.svg\n',
    ]) {
      expect(text).toContain(part);
    }
    expect(readFileSync(join(folder, 'out/plan.svg'), 'utf8')).toContain(
      'Memory plan: m.cc, array m_tflite, x86-64',
    );
  });

  it('gives the same object for the file and for the source', async () => {
    const { format: _, ...fromFile } = await inspectJson(folder, 'm.tflite');
    const { format, array, ...fromSource } = await inspectJson(folder, 'm.cc');
    expect([format, array]).toEqual(['c-array', 'm_tflite']);
    expect({ ...fromSource, model: 'm.tflite' }).toEqual(fromFile);
    expect(fromFile.plan.target).toBe('cortex-m-cmsis-nn');
    expect(fromFile.plan.boxes).toHaveLength(4);
  });

  it('predict, export-c and convert take source too', async () => {
    const predict = (name: string) => runMain(folder, ['predict', name, '--value', '1.5']);
    expect(await predict('m.cc')).toEqual(await predict('m.tflite'));
    for (const [input, output] of [
      ['m.tflite', 'a'],
      ['m.cc', 'b'],
    ]) {
      expect((await runMain(folder, ['export-c', input, '-o', output])).code).toBe(0);
      expect((await runMain(folder, ['convert', input, '-o', `${output}/m.tflite`])).code).toBe(0);
    }
    for (const name of ['model_data.cc', 'model_data.h', 'm.tflite']) {
      expect(readFileSync(join(folder, 'b', name))).toEqual(readFileSync(join(folder, 'a', name)));
    }
    const exported = await inspectJson(folder, 'a/model_data.cc');
    expect(exported).toMatchObject({
      array: 'g_model',
      arena: (await inspectJson(folder, 'm.tflite')).arena,
    });
  });

  it('a float model: its own figures beside those of the int8 model', async () => {
    copyFileSync('fixtures/keras/tiny.keras', join(folder, 'tiny.keras'));
    const text = await inspect(folder, 'tiny.keras', '--plan');
    expect(text).toContain('tiny.keras: a float model, not quantized');
    expect(text).toMatch(/^ +float32 +as int8$/m);
    expect(text).toContain('tiny.keras as int8, cortex-m-cmsis-nn: ');
    const json = JSON.parse(await inspect(folder, 'tiny.keras', '--json'));
    expect(json.format).toBe('float-model');
    expect(json.operators[0].inputs[0].dtype).toBe('float32');
    expect(json.asInt8.operators[0].inputs[0].dtype).toBe('int8');
    expect(json.asInt8.constantBytes).toBeLessThan(json.constantBytes);
    expect(json.passes.length).toBeGreaterThan(1);
  });

  it('refuses another target, and source without a model', async () => {
    expect((await runMain(folder, ['inspect', 'm.tflite', '--target', 'avr'])).code).toBe(2);
    writeFileSync(join(folder, 'model.h'), 'extern const unsigned char g_model[];\n');
    const { code, stderr } = await runMain(folder, ['inspect', 'model.h', '--plan-svg', 'none.svg']);
    expect(code).toBe(3);
    expect(stderr).toContain('model.h: The source has no array with values.\n');
    expect(stderr).toContain('give the .cc, .cpp or .c file with the bytes');
    expect(existsSync(join(folder, 'none.svg'))).toBe(false);
  });
});

describe('--calibration', () => {
  const model = fixturePath('keras', 'tiny.h5');
  const samples = writeNpy(
    'float32',
    [4, 6, 6, 2],
    Float32Array.from({ length: 288 }, (_, i) => Math.sin(i)),
  );

  it('makes every figure of a float model that of its conversion', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'x.npy'), samples);
    const argv = ['convert', model, '--calibration', 'x.npy', '-o', 'out.tflite'];
    expect((await runMain(folder, argv)).code).toBe(0);
    const { operators, macs, arena } = JSON.parse(
      await inspect(folder, 'out.tflite', '--json'),
    ) as Inspection;
    const argvOf = (...more: string[]) => ['inspect', model, '--calibration', 'x.npy', ...more];
    expect(JSON.parse((await runMain(folder, argvOf('--json'))).stdout)).toMatchObject({
      asInt8: { operators, macs, arena },
    });
    const { stdout: text } = await runMain(folder, argvOf());
    expect(text).not.toMatch(/about|at most/);
    expect(text).toContain('with these samples');
  });

  it('is refused for what is no float model', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'x.npy'), samples);
    const path = fixturePath('tflm', 'softmax_rank4.tflite');
    const { code, stderr } = await runMain(folder, ['inspect', path, '--calibration', 'x.npy']);
    expect(code).toBe(2);
    expect(stderr).toContain('Only float models are calibrated');
  });
});
