import { expect, it } from 'vitest';
import { bytesInMemory } from '../../../src/core/random-access.ts';
import { SoundRecording } from '../../../src/data/recording/sound-recording.ts';
import { readWavLayout } from '../../../src/data/sources/wav/wav-layout.ts';
import { wavReader } from '../../../src/data/sources/wav/wav-samples.ts';

const recordingOf = (...rows: readonly number[][]): SoundRecording => {
  const recording = new SoundRecording();
  recording.push(rows.map((values, time) => ({ time, values })));
  return recording;
};

const samplesOf = (recording: SoundRecording): number[] => {
  const bytes = bytesInMemory(recording.wav(16_000));
  const layout = readWavLayout(bytes);
  expect(layout).toMatchObject({ rate: 16_000, channels: 1, encoding: 'int16' });
  return [...wavReader(bytes, layout)(0, layout.frames)].map((value) => value * 32768);
};

it('gives every whole number of 16 bits as it was printed', () => {
  const printed = [0, 1, -1, 997, 32767, -32768, 16384, 12345, -12345, 7];
  expect(samplesOf(recordingOf(...printed.map((value) => [value])))).toEqual(printed);
});

it('puts the sample before in the place of a row that is none', () => {
  const good = Array.from({ length: 40 }, (_, i) => [i]);
  const recording = recordingOf(...good, [1234512345], [Number.NaN]);
  expect([recording.replaced, recording.notSound]).toEqual([2, undefined]);
  expect(samplesOf(recording).slice(-3)).toEqual([39, 39, 39]);
});

it.each([[[0.25]], [[1, 2]], [[40_000]]])('is no sound: rows such as %j', (values) => {
  expect(recordingOf([5], values, values).notSound).toEqual(values);
});
