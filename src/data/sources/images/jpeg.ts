/**
 * JPEG, read by jpeg-js within limits, once the file is known to be whole and to be able to hold as many pixels as it says.
 * How the camera was held is one tag of EXIF, and is read here. Sources: ITU-T T.81; EXIF 2.3.
 */

import { decode } from 'jpeg-js';
import { counted } from '../../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { bytesInMemory } from '../../../core/random-access.ts';
import { badData } from '../read-file.ts';
import {
  DAMAGED_HINT,
  type Orientation,
  type Picture,
  type PictureFormat,
  type PictureHead,
  readBytes,
  viewOf,
} from './picture.ts';

const MAX_MEMORY_MB = 1024;
const MAX_SEGMENTS = 10_000;
/** Blocks of 64 pixels take a bit each at least; four times as many are believed. */
const MOST_PIXELS_OF_A_BYTE = 4 * 8 * 64;

const START_OF_IMAGE = 0xd8;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
const APP1 = 0xe1;
const FILL = 0xff;
/** Baseline, extended and progressive, with Huffman codes. */
const FRAMES = [0xc0, 0xc1, 0xc2];
/** Lossless, differential and arithmetic ones; 0xc4, 0xc8 and 0xcc between them are no frames. */
const FOREIGN_FRAMES = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];

const EXIF_MARK = [0x45, 0x78, 0x69, 0x66, 0, 0];
const ORIENTATION_TAG = 0x0112;
const SHORT = 3;

interface JpegLayout {
  /** As they are stored. */
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly orientation: Orientation;
  /** Where the first scan's segment begins. */
  readonly scanOffset: number;
}

/** The tag of a TIFF block whose first directory has it; 1 for everything that is not understood. */
function readOrientation(tiff: DataView): Orientation {
  if (tiff.byteLength < 8) return 1;
  const littleEndian = tiff.getUint16(0) === 0x4949;
  const directory = tiff.getUint32(4, littleEndian);
  if (directory + 2 > tiff.byteLength) return 1;
  const entries = tiff.getUint16(directory, littleEndian);
  for (let entry = 0; entry < entries; entry++) {
    const offset = directory + 2 + 12 * entry;
    if (offset + 12 > tiff.byteLength) return 1;
    if (tiff.getUint16(offset, littleEndian) !== ORIENTATION_TAG) continue;
    const value = tiff.getUint16(offset + 8, littleEndian);
    const known = tiff.getUint16(offset + 2, littleEndian) === SHORT && value >= 1 && value <= 8;
    return known ? (value as Orientation) : 1;
  }
  return 1;
}

function orientationOf(segment: Uint8Array): Orientation | undefined {
  if (!EXIF_MARK.every((byte, i) => segment[i] === byte)) return undefined;
  return readOrientation(viewOf(segment.subarray(EXIF_MARK.length)));
}

function readFrame(segment: Uint8Array): Pick<JpegLayout, 'width' | 'height' | 'components'> {
  if (segment.length < 6) throw badData('it was cut off within its header', DAMAGED_HINT);
  const view = viewOf(segment);
  if (segment[0] !== 8)
    throw badData(
      `it has ${segment[0]} bits a sample, and 8 are read`,
      'Save it as JPEG of 8 bits, or as PNG.',
    );
  return { height: view.getUint16(1), width: view.getUint16(3), components: segment[5] };
}

function readLayout(file: RandomAccessBytes): JpegLayout {
  let frame: ReturnType<typeof readFrame> | undefined;
  let orientation: Orientation | undefined;
  let offset = 2;
  for (let segment = 0; segment < MAX_SEGMENTS && offset + 4 <= file.length; segment++) {
    const [mark, marker, high, low] = readBytes(file, offset, 4);
    if (mark !== FILL) throw badData(`it has no marker at byte ${offset}`, DAMAGED_HINT);
    if (marker === FILL) {
      offset++;
      continue;
    }
    const content = (): Uint8Array => readBytes(file, offset + 4, Math.max(0, high * 256 + low - 2));
    if (FOREIGN_FRAMES.includes(marker)) {
      throw badData(
        'it is lossless, hierarchical or arithmetic JPEG, which is not read',
        'Save it as common JPEG, or as PNG.',
      );
    }
    if (FRAMES.includes(marker)) frame = readFrame(content());
    if (marker === APP1) orientation ??= orientationOf(content());
    if (marker === END_OF_IMAGE) break;
    if (marker === START_OF_SCAN) {
      if (frame === undefined) throw badData('its pixels come before their size', DAMAGED_HINT);
      return { ...frame, orientation: orientation ?? 1, scanOffset: offset };
    }
    offset += 2 + high * 256 + low;
  }
  throw badData('it was cut off before its pixels', DAMAGED_HINT);
}

/** Whether the scans from `offset` on end as they should, and not where the file was cut off. */
function isWhole(bytes: Uint8Array, offset: number): boolean {
  for (let at = offset; at + 1 < bytes.length; at++) {
    if (bytes[at] === FILL && bytes[at + 1] === END_OF_IMAGE) return true;
  }
  return false;
}

function readHead(file: RandomAccessBytes): PictureHead {
  const { width, height, components, orientation } = readLayout(file);
  const channels = components === 1 ? 1 : 3;
  return orientation >= 5 ? { width: height, height: width, channels } : { width, height, channels };
}

function decodedPixels(bytes: Uint8Array): Pick<Picture, 'width' | 'height' | 'data'> {
  try {
    return decode(bytes, { useTArray: true, formatAsRGBA: false, maxMemoryUsageInMB: MAX_MEMORY_MB });
  } catch (error) {
    throw badData('it is damaged: its pixels cannot be decoded', DAMAGED_HINT, error);
  }
}

export const jpeg: PictureFormat = {
  name: 'JPEG',
  recognizes: (head) => head[0] === FILL && head[1] === START_OF_IMAGE && head[2] === FILL,
  readHead,
  decode(bytes) {
    const layout = readLayout(bytesInMemory(bytes));
    if (layout.width * layout.height > MOST_PIXELS_OF_A_BYTE * bytes.length) {
      throw badData(
        `its ${counted(bytes.length, 'byte')} cannot hold the ${layout.width} × ${layout.height} pixels that it says it has`,
        DAMAGED_HINT,
      );
    }
    if (!isWhole(bytes, layout.scanOffset)) throw badData('it was cut off before its end', DAMAGED_HINT);
    const { width, height, data } = decodedPixels(bytes);
    if (width !== layout.width || height !== layout.height)
      throw badData('it holds two pictures', DAMAGED_HINT);
    const picture = { width, height, white: 255, orientation: layout.orientation };
    if (layout.components !== 1) return { ...picture, channels: 3, data };
    return { ...picture, channels: 1, data: data.filter((_, i) => i % 3 === 0) };
  },
};
