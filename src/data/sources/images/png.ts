/**
 * PNG, read by fast-png. What it is given is only what the picture needs, once its size is known to be bearable and its
 * pixels to inflate to exactly that. Source: PNG specification, third edition.
 */

import { type DecodedPng, decode } from 'fast-png';
import { Unzlib } from 'fflate';
import { TinymlError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { badData } from '../read-file.ts';
import {
  DAMAGED_HINT,
  type Picture,
  type PictureFormat,
  type PictureHead,
  readBytes,
  viewOf,
} from './picture.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Length and name before, checksum behind. */
const CHUNK_HEAD_BYTES = 8;
const CHUNK_BYTES = 12;
const HEADER_BYTES = 13;
const MAX_CHUNKS = 100_000;
/** Of fflate at once: DEFLATE makes a thousand times as much of it at most. */
const INFLATED_AT_ONCE_BYTES = 2 ** 14;
const MAX_EXPANSION = 1032;

const GREY = 0;
const PALETTE = 3;
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colourType: number;
  readonly interlaced: boolean;
}

function cutOff(where: string): TinymlError {
  return badData(`it was cut off ${where}`, DAMAGED_HINT);
}

function readHeader(bytes: Uint8Array): PngHeader {
  const start = SIGNATURE.length + CHUNK_HEAD_BYTES;
  const view = viewOf(bytes);
  if (bytes.length < start + HEADER_BYTES) throw cutOff('within its header');
  if (nameAt(bytes, SIGNATURE.length) !== 'IHDR' || view.getUint32(SIGNATURE.length) !== HEADER_BYTES) {
    throw badData('it does not begin with a header', DAMAGED_HINT);
  }
  const [depth, colourType, , , interlace] = bytes.subarray(start + 8);
  if (DEPTHS[colourType]?.includes(depth) !== true || interlace > 1) {
    throw badData('its header says what no PNG has', DAMAGED_HINT);
  }
  return {
    width: view.getUint32(start),
    height: view.getUint32(start + 4),
    depth,
    colourType,
    interlaced: interlace === 1,
  };
}

function nameAt(bytes: Uint8Array, chunk: number): string {
  return String.fromCharCode(...bytes.subarray(chunk + 4, chunk + 8));
}

function isGrey(palette: Uint8Array): boolean {
  for (let i = 0; i + 2 < palette.length; i += 3) {
    if (palette[i] !== palette[i + 1] || palette[i] !== palette[i + 2]) return false;
  }
  return true;
}

/** The palette, which lies before the pixels. */
function findPalette(file: RandomAccessBytes): Uint8Array {
  let offset = SIGNATURE.length;
  for (let chunk = 0; chunk < MAX_CHUNKS && offset + CHUNK_HEAD_BYTES <= file.length; chunk++) {
    const head = readBytes(file, offset, CHUNK_HEAD_BYTES);
    const [length, name] = [viewOf(head).getUint32(0), nameAt(head, 0)];
    if (name === 'PLTE') return readBytes(file, offset + CHUNK_HEAD_BYTES, Math.min(length, 3 * 256));
    if (name === 'IDAT') break;
    offset += length + CHUNK_BYTES;
  }
  throw badData('it has no palette before its pixels', DAMAGED_HINT);
}

function readHead(file: RandomAccessBytes): PictureHead {
  const { width, height, colourType } = readHeader(readBytes(file, 0, 64));
  const grey = colourType === PALETTE ? isGrey(findPalette(file)) : colourType % 4 === GREY;
  return { width, height, channels: grey ? 1 : 3 };
}

interface PngChunks {
  /** Signature, header, palette, transparency, pixels and end. */
  readonly needed: readonly Uint8Array[];
  /** What the pixels are packed in. */
  readonly packed: readonly Uint8Array[];
}

const NEEDED = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];

function readChunks(bytes: Uint8Array): PngChunks {
  const view = viewOf(bytes);
  const needed = [bytes.subarray(0, SIGNATURE.length)];
  const packed: Uint8Array[] = [];
  let offset = SIGNATURE.length;
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    if (offset + CHUNK_BYTES > bytes.length) throw cutOff('before its end');
    const end = offset + CHUNK_BYTES + view.getUint32(offset);
    if (end > bytes.length) throw cutOff('before its end');
    const name = nameAt(bytes, offset);
    if (NEEDED.includes(name)) needed.push(bytes.subarray(offset, end));
    if (name === 'IDAT') packed.push(bytes.subarray(offset + CHUNK_HEAD_BYTES, end - 4));
    if (name === 'IEND') return { needed, packed };
    offset = end;
  }
  throw badData('it has more parts than any PNG', DAMAGED_HINT);
}

const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** Bytes of all rows, each with the number of its filter in front. */
function rawBytes({ width, height, depth, colourType, interlaced }: PngHeader): number {
  const ofRows = (columns: number, rows: number): number =>
    columns === 0 ? 0 : rows * (1 + Math.ceil((columns * depth * CHANNELS[colourType]) / 8));
  if (!interlaced) return ofRows(width, height);
  return ADAM7.reduce(
    (sum, [left, top, across, down]) =>
      sum +
      ofRows(Math.ceil(Math.max(0, width - left) / across), Math.ceil(Math.max(0, height - top) / down)),
    0,
  );
}

/** Unpacks the pixels and keeps none of them, to know that they are as many as the header says before anybody keeps them. */
function requireInflated(packed: readonly Uint8Array[], expected: number): void {
  const bytes = packed.reduce((sum, part) => sum + part.length, 0);
  if (expected > bytes * MAX_EXPANSION) {
    throw badData(
      `its ${counted(bytes, 'byte')} of pixels cannot unpack to the ${expected} that they take`,
      DAMAGED_HINT,
    );
  }
  let inflated = 0;
  const stream = new Unzlib((piece) => {
    inflated += piece.length;
    if (inflated > expected)
      throw badData(
        `its pixels unpack to more than the ${counted(expected, 'byte')} that they take`,
        DAMAGED_HINT,
      );
  });
  for (const part of packed) {
    for (let start = 0; start < part.length; start += INFLATED_AT_ONCE_BYTES) {
      stream.push(part.subarray(start, start + INFLATED_AT_ONCE_BYTES));
    }
  }
  stream.push(new Uint8Array(0), true);
  if (inflated < expected)
    throw badData(`its pixels take ${counted(expected, 'byte')}, and ${inflated} are there`, DAMAGED_HINT);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** One number for each sample of rows in which several lie in a byte. */
function unpacked({ data, width, height, depth }: DecodedPng): Uint8Array | Uint16Array {
  if (depth >= 8) return data as Uint8Array | Uint16Array;
  const perByte = 8 / depth;
  const stride = Math.ceil(width / perByte);
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = data[y * stride + Math.floor(x / perByte)];
      samples[y * width + x] = (byte >> (8 - depth * ((x % perByte) + 1))) & (2 ** depth - 1);
    }
  }
  return samples;
}

/** Over black: a pixel that is half transparent is half as bright, rounded to a whole number. */
function overBlack(value: number, alpha: number, opaque: number): number {
  return Math.round((value * alpha) / opaque);
}

function fromPalette(png: DecodedPng): Picture {
  const { width, height, palette = [] } = png;
  const grey = palette.every(([red, green, blue]) => red === green && red === blue);
  const channels = grey ? 1 : 3;
  const colours = palette.map(([red, green, blue, alpha = 255]) =>
    [red, green, blue].map((value) => overBlack(value, alpha, 255)),
  );
  const indices = unpacked(png);
  const data = new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < indices.length; pixel++) {
    const colour = colours[indices[pixel]];
    if (colour === undefined) throw badData('a pixel has a colour that is not in the palette', DAMAGED_HINT);
    for (let channel = 0; channel < channels; channel++) data[pixel * channels + channel] = colour[channel];
  }
  return { width, height, channels, data, white: 255 };
}

/** The last of the samples of a pixel taken as how much of it is there. */
function withoutAlpha(png: DecodedPng): Picture {
  const { width, height, data, depth } = png;
  const channels = png.channels === 2 ? 1 : 3;
  const opaque = 2 ** depth - 1;
  const result =
    depth === 16 ? new Uint16Array(width * height * channels) : new Uint8Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = pixel * (channels + 1);
    for (let channel = 0; channel < channels; channel++) {
      result[pixel * channels + channel] = overBlack(data[from + channel], data[from + channels], opaque);
    }
  }
  return { width, height, channels, data: result, white: opaque };
}

/** Pixels of the one colour that is transparent become black; samples are spread over all 8 or 16 bits. */
function opaquePixels(png: DecodedPng): Picture {
  const { width, height, depth, transparency } = png;
  const channels = png.channels === 1 ? 1 : 3;
  const samples = unpacked(png);
  const isTransparent = (pixel: number): boolean =>
    transparency?.length === channels && transparency.every((value, i) => samples[pixel + i] === value);
  for (let pixel = 0; pixel < samples.length; pixel += channels) {
    if (isTransparent(pixel)) samples.fill(0, pixel, pixel + channels);
  }
  if (depth < 8) for (let i = 0; i < samples.length; i++) samples[i] *= 255 / (2 ** depth - 1);
  return { width, height, channels, data: samples, white: depth === 16 ? 65535 : 255 };
}

/** What the libraries throw, as a sentence; it says nothing that a user could use. */
function inSentence<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (error instanceof TinymlError) throw error;
    throw badData('it is damaged: its pixels do not unpack, or have other checksums', DAMAGED_HINT, error);
  }
}

/** Transparent pixels lie over black. */
export const png: PictureFormat = {
  name: 'PNG',
  recognizes: (head) => SIGNATURE.every((byte, i) => head[i] === byte),
  readHead,
  decode(bytes) {
    const header = readHeader(bytes);
    if (header.interlaced && header.depth < 8) {
      throw badData('it is interlaced and has less than 8 bits a sample, which is not read', DAMAGED_HINT);
    }
    const { needed, packed } = readChunks(bytes);
    const decoded = inSentence(() => {
      requireInflated(packed, rawBytes(header));
      return decode(joined(needed), { checkCrc: true });
    });
    if (header.colourType === PALETTE) return { ...fromPalette(decoded), orientation: 1 };
    const picture = decoded.channels % 2 === 0 ? withoutAlpha(decoded) : opaquePixels(decoded);
    return { ...picture, orientation: 1 };
  },
};
