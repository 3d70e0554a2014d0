/** Small picture files of every kind that is read, written independently of the readers. */

import { deflateSync } from 'node:zlib';
import { encode } from 'jpeg-js';
import { crc32 } from '../../../../src/core/crc32.ts';

function chunk(name: string, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + content.length);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(name, 4, 'latin1');
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + content.length)), 8 + content.length);
  return bytes;
}

interface PngOptions {
  readonly width: number;
  readonly height: number;
  readonly depth?: number;
  readonly colourType?: number;
  readonly interlace?: number;
  readonly palette?: readonly number[];
  readonly transparency?: readonly number[];
  /** More chunks before the pixels. */
  readonly before?: readonly (readonly [string, Uint8Array])[];
}

/** Bits of samples, the first in the highest, padded to whole bytes. */
function packed(samples: readonly number[], depth: number): number[] {
  const bits = samples.map((sample) => sample.toString(2).padStart(depth, '0')).join('');
  return (bits.match(/.{1,8}/g) ?? []).map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2));
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** `samples` row after row; every row has filter 0. */
export function pngOf(samples: readonly number[], options: PngOptions): Uint8Array {
  const { width, height, depth = 8, colourType = 0 } = options;
  const perRow = width * CHANNELS[colourType];
  const rows = Array.from({ length: height }, (_, y) => [
    0,
    ...packed(samples.slice(y * perRow, (y + 1) * perRow), depth),
  ]);
  return pngAround(deflateSync(Uint8Array.from(rows.flat())), options);
}

/** A file with these packed pixels, whatever they are. */
export function pngAround(pixels: Uint8Array, options: PngOptions): Uint8Array {
  const { width, height, depth = 8, colourType = 0, palette, transparency, before = [] } = options;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType, 0, 0, options.interlace ?? 0], 8);
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    ...before.map(([name, content]) => chunk(name, content)),
    ...(palette === undefined ? [] : [chunk('PLTE', Uint8Array.from(palette))]),
    ...(transparency === undefined ? [] : [chunk('tRNS', Uint8Array.from(transparency))]),
    chunk('IDAT', pixels),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** The same file with the checksums that its parts have now, as far as they can be found. */
export function withChecksums(png: Uint8Array): Uint8Array {
  const bytes = Buffer.from(png);
  for (let at = 8; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) break;
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end);
  }
  return bytes;
}

interface BmpOptions {
  readonly width: number;
  readonly height: number;
  readonly bits: number;
  /** Blue, green, red and 0 of each colour. */
  readonly palette?: readonly number[];
  readonly masks?: readonly number[];
  readonly topDown?: boolean;
  readonly compression?: number;
}

/** `rows` are bytes as they are stored, from the top, without padding. */
export function bmpOf(rows: readonly (readonly number[])[], options: BmpOptions): Uint8Array {
  const { width, height, bits, palette = [], masks, topDown = false } = options;
  const extra =
    masks === undefined ? palette : masks.flatMap((mask) => [mask, mask >>> 8, mask >>> 16, mask >>> 24]);
  const header = Buffer.alloc(54);
  header.write('BM');
  header.writeUInt32LE(54 + extra.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(topDown ? -height : height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(options.compression ?? (masks === undefined ? 0 : 3), 30);
  header.writeUInt32LE(palette.length / 4, 46);
  const padded = rows.map((row) => [...row, ...new Array((4 - (row.length % 4)) % 4).fill(0)]);
  const stored = topDown ? padded : padded.toReversed();
  return Buffer.concat([header, Uint8Array.from(extra), Uint8Array.from(stored.flat())]);
}

/** `pixels` are red, green and blue, row after row. With an orientation, the file says how the camera was held. */
export function jpegOf(
  pixels: readonly number[],
  width: number,
  height: number,
  orientation?: { readonly value: number; readonly littleEndian: boolean },
): Uint8Array {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : pixels[Math.floor(i / 4) * 3 + (i % 4)],
  );
  const { data: file } = encode({ width, height, data }, 100);
  if (orientation === undefined) return file;
  const { value, littleEndian } = orientation;
  const tiff = new DataView(new ArrayBuffer(26));
  tiff.setUint16(0, littleEndian ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, littleEndian);
  tiff.setUint32(4, 8, littleEndian);
  tiff.setUint16(8, 1, littleEndian);
  tiff.setUint16(10, 0x0112, littleEndian);
  tiff.setUint16(12, 3, littleEndian);
  tiff.setUint32(14, 1, littleEndian);
  tiff.setUint16(18, value, littleEndian);
  const exif = Buffer.concat([Buffer.from('Exif\0\0'), new Uint8Array(tiff.buffer)]);
  const segment = Buffer.concat([Uint8Array.of(0xff, 0xe1, 0, exif.length + 2), exif]);
  return Buffer.concat([file.subarray(0, 2), segment, file.subarray(2)]);
}
