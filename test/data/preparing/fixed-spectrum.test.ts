/** The preparing step `fixed-spectrum`: TensorFlow Lite Micro's features, and what its models make of them. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bytesInMemory } from '../../../src/core/random-access.ts';
import { type StepInput, stepSchema } from '../../../src/data/preparing/index.ts';
import { parsePreparation } from '../../../src/data/preparing/preparation.ts';
import { rateMisfit } from '../../../src/data/preparing/rate-misfit.ts';
import { parseSampleNotes, writeSampleNotes } from '../../../src/data/preparing/sample-notes.ts';
import { wavSource } from '../../../src/data/sources/wav.ts';
import { createRowStream } from '../../../src/data/streams/row-stream.ts';
import { readTflite } from '../../../src/formats/tflite/read.ts';
import { getValue } from '../../../src/ir/graph.ts';
import { runReal } from '../../../src/models/run/real-runner.ts';
import { toTensor } from '../../../src/models/run/real-tensor.ts';
import { RECORDED, SIGNAL } from '../../kernels/features/recorded.ts';
import { NO_SHARED, sharedPath } from '../../shared.ts';
import { readFiles } from '../sources/files.ts';
import { fitted, prepared } from './fit.ts';
import { MICRO_SPEECH } from './micro-speech.ts';

type FixedInput = Extract<StepInput, { step: 'fixed-spectrum' }>;
const STEP: FixedInput = { step: 'fixed-spectrum', rate: 16_000, window: 480, hop: 320 };

const sound = Float32Array.from(SIGNAL, (value) => value / 32_768);

async function features(samples: Float32Array, step: FixedInput): Promise<Float32Array> {
  return prepared(await fitted([step], samples, [samples.length, 1]), samples);
}

describe('the step', () => {
  it('is by default what TensorFlow Lite Micro does', async () => {
    const preparation = await fitted([STEP], sound, [sound.length, 1]);
    expect(preparation.steps).toEqual([{ step: 'fixed-spectrum', parameters: MICRO_SPEECH }]);
  });

  it('gives natural logarithms, or the levels of keyword models', async () => {
    expect([...(await features(sound, STEP))]).toEqual(RECORDED.frames.flat().map((value) => value / 64));
    const levels = await features(sound, { ...STEP, levels: 0.1 });
    expect([...levels]).toEqual(
      RECORDED.int8.flat().map((value) => Math.fround((value + 128) * Math.fround(0.1))),
    );
  });

  it('does without gain control, and without noise reduction', async () => {
    const quiet = await features(sound, { ...STEP, gain: false });
    expect([...quiet]).toEqual(RECORDED.quiet.flat().map((value) => value / 64));
    const plain = await features(sound, { ...STEP, noise: false });
    expect([...plain]).toEqual(RECORDED.plain.flat().map((value) => value / 64));
    expect(() => stepSchema.parse({ ...STEP, noise: false, gain: true })).toThrow(/needs that/);
  });

  it('begins every sample anew, and a stream gives the same rows', async () => {
    const preparation = await fitted([STEP], sound, [sound.length, 1]);
    const twice = new Float32Array([...sound, ...sound]);
    const [one, two] = [prepared(preparation, sound), prepared(preparation, twice)];
    expect(two).toEqual(new Float32Array([...one, ...one]));
    const stream = createRowStream(preparation);
    for (let i = 0; i < sound.length; i++) stream.push(sound, i);
    const latest = new Float32Array(one.length);
    stream.sample(latest);
    expect(latest).toEqual(one);
  });

  it('has no number for a window with none in it, which counts as silence', async () => {
    const broken = sound.slice();
    broken[330] = Number.NaN;
    const silent = sound.slice();
    silent[330] = 0;
    const [found, expected] = [await features(broken, STEP), await features(silent, STEP)];
    for (const [i, value] of found.entries()) expect(value).toEqual(i < 80 ? Number.NaN : expected[i]);
  });

  it('is written into model files and read again', async () => {
    const preparation = await fitted([{ ...STEP, low: 80.3 }], sound, [sound.length, 1]);
    const notes = writeSampleNotes({ preparation }) as Uint8Array;
    expect(parseSampleNotes(notes)?.preparation).toEqual(preparation);
    expect(rateMisfit([stepSchema.parse(STEP)], 8000)).toEqual({ place: 0, rate: 8000 });
  });
});

describe('what it refuses', () => {
  const refusals: readonly (readonly [Partial<FixedInput>, number[], RegExp])[] = [
    [{}, [479, 1], /reads windows of 480 values, and a sample has 479/],
    [{}, [480, 2], /takes samples of shape \[length, 1\]/],
    [{ hop: 39 }, [480, 1], /makes 40 channels every 39 values/],
    [{ window: 64, channels: 33 }, [480, 1], /33 channels of a transform of 64 points/],
    [{ high: 8000 }, [480, 1], /reads frequencies up to 8000 Hz/],
    [{ window: 64, channels: 30 }, [480, 1], /nothing in channel \d+ of 30/],
  ];
  it.each(refusals)('%j of %j', async (change, shape, sentence) => {
    await expect(fitted([{ ...STEP, ...change }], new Float32Array(960), shape)).rejects.toThrow(sentence);
  });

  it.each([{ window: 4096 }, { low: 7600 }, { high: 9000 }, { channels: 0 }, { noise: { smoothing: 2 } }])(
    '%j',
    (change) => {
      expect(stepSchema.safeParse({ ...STEP, ...change }).success).toBe(false);
    },
  );

  it.each([
    { low: 0.1 },
    { window: 2049 },
    { gain: undefined, noise: { ...MICRO_SPEECH.noise, smoothing: 0.5 } },
    { noise: undefined },
    { gain: { strength: 3, offset: 80 } },
    { high: 8001 },
    { levels: 0 },
  ])('%j of anybody', (change) => {
    const parameters = { ...MICRO_SPEECH, ...change };
    const text = JSON.stringify({
      version: 1,
      inputShape: [960, 1],
      steps: [{ step: 'fixed-spectrum', parameters }],
    });
    expect(() => parsePreparation(text)).toThrow(/is not a preparation of samples/);
  });
});

const media = sharedPath('data', 'tflm-media');
const model = sharedPath('models', 'tflm', 'micro_speech_quantized.tflite');
describe.skipIf(media === undefined || model === undefined)(`micro_speech (${NO_SHARED})`, () => {
  const bytesOf = (name: string): Uint8Array => readFileSync(`${media}/${name}_1000ms.wav`);

  /** As a data set has it. */
  async function recording(name: string): Promise<Float32Array> {
    const bytes = bytesOf(name);
    const file = { path: `${name}.wav`, length: bytes.length, open: () => bytesInMemory(bytes) };
    const { values } = await readFiles(wavSource, [file]);
    return Float32Array.from(values.flat());
  }

  /** Of SHA-256 of the 49 · 40 bytes that TensorFlow Lite Micro's operators made of each recording, frame by frame. */
  it.each([
    ['yes', '83077a32cd04b7bc28bb923faef883207fa9fad6513d2bcb526c9c3660a96c8d', 'yes'],
    ['no', 'b227fe08a61ade78fb3b7ea112bd117842a0dedc31861867c21341d121f91433', 'no'],
    ['noise', '54544e9be2e867b6966a82167141628c580a29a575b34fc8d7645bb6886f4878', 'silence'],
    ['silence', '5c466a1b76708f86173fe170d5a6cea10e53d01c573a36ffa01ef64212a84838', 'silence'],
  ])('%s: its bytes and its class', async (name, digest, expected) => {
    const { graph } = readTflite(readFileSync(model as string));
    const input = getValue(graph, graph.inputs[0]).type;
    const scale = input.quant?.scheme === 'per-tensor' ? input.quant.scale : 0;
    const levels = await features(await recording(name), { ...STEP, levels: scale });
    const bytes = new Int8Array(levels.length);
    toTensor(input, levels, bytes);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
    const { data } = runReal(graph, { shape: [1, levels.length], data: levels });
    const classes = ['silence', 'unknown', 'yes', 'no'];
    expect(classes[data.indexOf(Math.max(...data))]).toBe(expected);
  });

  /** What `micro_speech_test.cc` expects of 30 ms, where they lie in the recording of a second. */
  it.each([
    [
      'yes',
      8000,
      [124, 105, 126, 103, 125, 101, 123, 100, 116, 98, 115, 97, 113, 90, 91, 82, 104, 96, 117, 97],
    ],
    [
      'no',
      8960,
      [126, 103, 124, 102, 124, 102, 123, 100, 118, 97, 118, 100, 118, 98, 121, 100, 121, 98, 117, 91],
    ],
  ])('the test of TensorFlow Lite Micro: %s', async (name, start, expected) => {
    const window = (await recording(name)).slice(start, start + 480);
    const levels = await features(window, { ...STEP, levels: 1 });
    expect([...levels.subarray(0, 20)].map((level) => level - 128)).toEqual(expected);
  });
});
