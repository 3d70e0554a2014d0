/** `tinyml convert MODEL` on real networks: smaller files, the same bytes out, and TensorFlow's own files beaten. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { PerTensorQuant } from '../../src/core/quant-params.ts';
import type { FloatArray } from '../../src/data/records/float-array.ts';
import { readNpyFloat32, writeNpy } from '../../src/data/records/npy.ts';
import { readTflite } from '../../src/formats/tflite/read.ts';
import { readOutline } from '../../src/formats/tflite/read-outline.ts';
import { getValue } from '../../src/ir/graph.ts';
import { quantizeValue } from '../../src/kernels/int8/quantize.ts';
import type { PlannedArenas } from '../../src/models/convert/write-planned.ts';
import { runReal } from '../../src/models/run/real-runner.ts';
import { sqnr } from '../../src/models/score/sqnr.ts';
import { planArena } from '../../src/planner/plan-arena.ts';
import { runRaw } from '../models/quiet.ts';
import { loadRuntime } from '../runtime/tflite-runtime.ts';
import { NO_SHARED, sharedPath } from '../shared.ts';
import { once } from '../standalone/chunks.ts';
import { makeFolder, makeProject, removeFolders, runMain } from './run-main.ts';

afterAll(removeFolders);

interface Converted {
  readonly bytes: number;
  readonly steps: readonly { pass: string; operators: number; macs: number; constantBytes: number }[];
  readonly model: Uint8Array;
  readonly plan?: PlannedArenas | null;
}

async function convert(modelPath: string, ...flags: string[]): Promise<Converted> {
  const folder = makeFolder();
  const { code, stdout, stderr } = await runMain(folder, [
    'convert',
    modelPath,
    '-o',
    'out.tflite',
    '--json',
    ...flags,
  ]);
  expect(stderr).not.toContain('error');
  expect(code).toBe(0);
  return { ...(JSON.parse(stdout) as Converted), model: readFileSync(join(folder, 'out.tflite')) };
}

const vww = sharedPath('models', 'mlperf-tiny', 'vww_96_int8.tflite');
const golden = sharedPath('golden', 'models', 'vww_96_int8');

describe.skipIf(vww === undefined || golden === undefined)(`somebody's int8 file (${NO_SHARED})`, () => {
  const inputs = () => readFileSync(join(golden as string, 'input.bin'));
  const outputs = () => readFileSync(join(golden as string, 'output.bin'));

  it.each([
    [[], 61_000],
    [['--tflm-only'], 52_500],
  ] as const)('vww_96 %j: few bytes, half the arithmetic, the same outputs', async (flags, limit) => {
    const { bytes, steps, model } = await convert(vww as string, ...flags);
    expect(bytes).toBeLessThanOrEqual(limit);
    expect(bytes).toBe(model.length);
    expect(steps[0].macs).toBe(7_489_664);
    expect(steps.at(-1)?.macs).toBeLessThanOrEqual(3_900_000);
    expect(Buffer.from(await runRaw(model, inputs())).equals(outputs())).toBe(true);
  });

  it('--no-pass leaves a pass out', async () => {
    const { bytes, steps } = await convert(vww as string, '--no-pass', 'drop-constant-channels');
    expect(steps.map(({ pass }) => pass)).not.toContain('drop-constant-channels');
    expect(bytes).toBeGreaterThan(200_000);
  });

  it('--plan offline makes the arena of vww_96 smaller and changes no output', async () => {
    const { plan, model } = await convert(vww as string, '--plan', 'offline');
    const { offlinePlan } = readOutline(model).outline;
    expect(offlinePlan).toBeDefined();
    for (const target of ['cortex-m-cmsis-nn', 'cortex-m-reference'] as const) {
      const { ownBytes, plannedBytes } = plan?.[target] ?? { ownBytes: 0, plannedBytes: 0 };
      expect(planArena(readOutline(model).outline, target).minimumBytes).toBe(plannedBytes);
      expect(ownBytes - plannedBytes).toBeGreaterThan(18_000);
    }
    expect(Buffer.from(await runRaw(model, inputs())).equals(outputs())).toBe(true);
    const plain = await convert(vww as string);
    expect(plain.plan).toBeUndefined();
    expect(model.length - plain.model.length).toBeLessThan(600);
  });

  it('--plan offline leaves a model without a plan where it would save nothing', async () => {
    const path = sharedPath('models', 'tflm', 'hello_world_int8.tflite') as string;
    const planned = await convert(path, '--plan', 'offline');
    expect(planned.plan).toBeNull();
    expect(planned.model).toEqual((await convert(path)).model);
  });

  it('ad01', async () => {
    const { bytes, model } = await convert(sharedPath('models', 'mlperf-tiny', 'ad01_int8.tflite') as string);
    expect(bytes).toBeLessThanOrEqual(273_600);
    const input = readFileSync(sharedPath('golden', 'models', 'ad01_int8', 'input.bin') as string);
    const output = readFileSync(sharedPath('golden', 'models', 'ad01_int8', 'output.bin') as string);
    expect(Buffer.from(await runRaw(model, input)).equals(output)).toBe(true);
  });
});

interface PeerFile {
  readonly bytes: number;
  readonly ops: readonly string[];
  readonly sqnr_db_tflm: number;
}

const peerPath = sharedPath('peer', 'tensorflow-2.21.json');
const peers = (
  peerPath === undefined
    ? {}
    : (
        JSON.parse(readFileSync(peerPath, 'utf8')) as {
          models: Record<string, { default: PeerFile; batch1: PeerFile }>;
        }
      ).models
) as Record<string, { default: PeerFile; batch1: PeerFile }>;
const runtime = loadRuntime();

/** The first eight records through both, as raw int8. */
async function expectRuntimeAgrees(model: Uint8Array, x: FloatArray): Promise<void> {
  const { graph } = readTflite(model);
  const { quant } = getValue(graph, graph.inputs[0]).type as { quant: PerTensorQuant };
  const size = x.data.length / x.shape[0];
  const records = Int8Array.from(x.data.subarray(0, 8 * size), (real) =>
    quantizeValue(real, quant.scale, quant.zeroPoint),
  );
  const raw = new Uint8Array(records.buffer);
  const ours = new Int8Array((await runRaw(model, raw)).buffer);
  const theirs = Array.from({ length: 8 }, (_, record) =>
    runtime.ok ? runtime.run(model, [raw.subarray(record * size, (record + 1) * size)])[0] : new Uint8Array(),
  );
  const flat = new Int8Array(Buffer.concat(theirs));
  expect(flat.length).toBe(ours.length);
  // Its kernels round once where TFLM rounds twice, so layers drift by a step here and there. A wrong kernel is
  // another matter: it leaves a few dB.
  expect(sqnr(flat, ours)).toBeGreaterThan(25);
}

describe.skipIf(peerPath === undefined)(`Keras networks against TensorFlow 2.21 (${NO_SHARED})`, () => {
  const networks = Object.keys(peers).filter((name) => name !== 'ad01');
  const kerasFile = (name: string, suffix: string): string =>
    sharedPath('models', 'keras', `${name}.${suffix}`) as string;

  it.each(networks)('%s: fewer bytes, no more operators, no more noise', async (name) => {
    const keras = (suffix: string): string => kerasFile(name, suffix);
    const { model } = await convert(
      keras('h5'),
      '--int8',
      '--calibration',
      keras('x_calib.npy'),
      '--dense-per-channel',
    );
    const { graph } = readTflite(model);
    const theirs = peers[name];
    expect(model.length).toBeLessThan(Math.min(theirs.default.bytes, theirs.batch1.bytes));
    expect(graph.nodes.length).toBeLessThanOrEqual(theirs.batch1.ops.length);
    const x = readNpyFloat32(readFileSync(keras('x.npy')));
    const y = readNpyFloat32(readFileSync(keras('y.npy')));
    expect(sqnr(runReal(graph, x).data, y.data)).toBeGreaterThanOrEqual(theirs.batch1.sqnr_db_tflm - 0.3);
  });

  /** How the integers were chosen is another matter. */
  const fastConversion = (name: string, suffix: string): Promise<Converted> =>
    convert(
      kerasFile(name, suffix),
      '--int8',
      '--calibration',
      kerasFile(name, 'x_calib.npy'),
      '--method',
      'fast',
    );
  const ofH5 = new Map<string, Promise<Converted>>();
  const conversionOfH5 = (name: string): Promise<Converted> => {
    const conversion = ofH5.get(name) ?? fastConversion(name, 'h5');
    ofH5.set(name, conversion);
    return conversion;
  };

  // One of large layers takes as long as all others together.
  const small = networks.filter((name) => !name.startsWith('mobilenet'));
  it.each(small)('%s.keras becomes what the .h5 file of the same network does', async (name) => {
    const [{ model }, { model: expected }] = await Promise.all([
      fastConversion(name, 'keras'),
      conversionOfH5(name),
    ]);
    expect(Buffer.from(model).equals(expected)).toBe(true);
  });

  it.skipIf(!runtime.ok).each(networks)(
    `%s loads in a real runtime, which agrees${runtime.ok ? '' : ` (${runtime.why})`}`,
    async (name) => {
      const { model } = await conversionOfH5(name);
      await expectRuntimeAgrees(model, readNpyFloat32(readFileSync(kerasFile(name, 'x.npy'))));
    },
  );

  it.skipIf(!runtime.ok)('vww_96.h5, which TensorFlow 2.21 cannot load, does too', async () => {
    const images = new Float32Array(
      Uint8Array.from(readFileSync(sharedPath('golden', 'models', 'vww_96_float', 'input.bin') as string))
        .buffer,
    );
    const x = { shape: [images.length / (96 * 96 * 3), 96, 96, 3], data: images };
    const calibration = join(makeFolder(), 'x.npy');
    writeFileSync(calibration, writeNpy('float32', x.shape, x.data));
    const path = sharedPath('models', 'mlperf-tiny', 'vww_96.h5') as string;
    const { model } = await convert(path, '--int8', '--calibration', calibration, '--method', 'fast');
    await expectRuntimeAgrees(model, x);
  });
});

describe('what does not fit', () => {
  const models = once(async () => {
    const folder = makeProject();
    await runMain(folder, ['convert', '-o', 'm.tflite']);
    await runMain(folder, ['convert', '--float', '-o', 'float.tflite']);
    writeFileSync(join(folder, 'wide.npy'), writeNpy('float32', [3, 2], new Float32Array(6)));
    writeFileSync(join(folder, 'text'), 'this is no model at all, whatever its name');
    return folder;
  });

  it.each([
    [['m.tflite'], 2, 'Say where the converted m.tflite goes'],
    [['m.tflite', '-o', 'x', '--float'], 2, 'is int8 already'],
    [['m.tflite', '-o', 'x', '--no-pass', 'magic'], 2, 'There is no pass "magic"'],
    [['float.tflite', '-o', 'x'], 2, 'int8 needs samples of real input'],
    [['float.tflite', '-o', 'x', '--calibration', 'wide.npy'], 2, 'A calibration record has 2 values'],
    [['text', '-o', 'x'], 3, 'text'],
  ] as const)('%j', async (argv, code, sentence) => {
    const result = await runMain(await models(), ['convert', ...argv]);
    expect(result.stderr).toContain(sentence);
    expect(result.code).toBe(code);
  });
});
