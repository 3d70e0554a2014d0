/** The samples of a WAV file as numbers, a piece at a time. */

import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { frameBytesOf, type WavEncoding, type WavLayout } from './wav-layout.ts';

/** Full scale is ±1 for integers; float samples are what they are, and NaN (missing) where they are no finite number. */
const DECODERS: Readonly<Record<WavEncoding, (view: DataView, offset: number) => number>> = {
  uint8: (view, offset) => (view.getUint8(offset) - 0x80) / 0x80,
  int16: (view, offset) => view.getInt16(offset, true) / 0x8000,
  int24: (view, offset) => (view.getUint16(offset, true) + 0x10000 * view.getInt8(offset + 2)) / 0x800000,
  int32: (view, offset) => view.getInt32(offset, true) / 0x80000000,
  float32: (view, offset) => finite(view.getFloat32(offset, true)),
  float64: (view, offset) => finite(view.getFloat64(offset, true)),
};

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}

/** Reads sample instants `start` to `start + count`, every channel of each; before and after the file is silence. */
export type ReadFrames = (start: number, count: number) => Float64Array;

/** What is returned holds until the next call. */
export function wavReader(file: RandomAccessBytes, layout: WavLayout): ReadFrames {
  const decode = DECODERS[layout.encoding];
  const { channels, frames } = layout;
  const frameBytes = frameBytesOf(layout);
  const sampleBytes = frameBytes / channels;
  let staging = new Uint8Array(0);
  let values = new Float64Array(0);
  return (start, count) => {
    if (values.length < count * channels) {
      values = new Float64Array(count * channels);
      staging = new Uint8Array(count * frameBytes);
    }
    values.fill(0);
    const first = Math.min(Math.max(start, 0), frames);
    const end = Math.max(first, Math.min(start + count, frames));
    const bytes = staging.subarray(0, (end - first) * frameBytes);
    file.readAt(layout.dataOffset + first * frameBytes, bytes);
    const view = new DataView(bytes.buffer, 0, bytes.length);
    const into = (first - start) * channels;
    const samples = (end - first) * channels;
    for (let i = 0; i < samples; i++) values[into + i] = decode(view, i * sampleBytes);
    return values;
  };
}

/** The mean of all channels as one. */
export function mixedDown(read: ReadFrames, channels: number): ReadFrames {
  let mixed = new Float64Array(0);
  return (start, count) => {
    const values = read(start, count);
    if (mixed.length < count) mixed = new Float64Array(count);
    for (let frame = 0; frame < count; frame++) {
      let sum = 0;
      for (let channel = 0; channel < channels; channel++) sum += values[frame * channels + channel];
      mixed[frame] = sum / channels;
    }
    return mixed;
  };
}

/** One channel as two that are equal. */
export function doubled(read: ReadFrames): ReadFrames {
  let both = new Float64Array(0);
  return (start, count) => {
    const values = read(start, count);
    if (both.length < 2 * count) both = new Float64Array(2 * count);
    for (let frame = 0; frame < count; frame++) {
      both[2 * frame] = values[frame];
      both[2 * frame + 1] = values[frame];
    }
    return both;
  };
}
