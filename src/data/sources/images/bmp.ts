/**
 * Windows bitmaps without compression: 1, 4 and 8 bits with a palette, 16, 24 and 32 bits with or without masks, from the
 * bottom or from the top. Read here: fast-bmp ignores palettes, and takes heights below zero for four billion rows. Source:
 * Microsoft's description of BITMAPINFOHEADER, BITMAPV4HEADER and BITMAPV5HEADER.
 */

import { badData } from '../read-file.ts';
import { DAMAGED_HINT, type PictureFormat, type PictureHead, readBytes, viewOf } from './picture.ts';

const FILE_HEADER_BYTES = 14;
const INFO_HEADER_BYTES = 40;
/** Of a header with masks for red, green and blue behind or in it. */
const MASKS_OFFSET = FILE_HEADER_BYTES + INFO_HEADER_BYTES;
/** Headers, masks, and a palette of 256 colours. */
const HEAD_BYTES = FILE_HEADER_BYTES + 124 + 4 * 256;

const RGB = 0;
const BITFIELDS = 3;
const ALPHA_BITFIELDS = 6;

interface BmpLayout extends PictureHead {
  readonly topDown: boolean;
  readonly bits: number;
  readonly dataOffset: number;
  /** Blue, green, red and nothing, one after another; empty for pixels that are their own colour. */
  readonly palette: Uint8Array;
  /** Of red, green and blue. */
  readonly masks: readonly number[];
}

function defaultMasks(bits: number): readonly number[] {
  return bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
}

function isGrey(palette: Uint8Array): boolean {
  for (let i = 0; i < palette.length; i += 4) {
    if (palette[i] !== palette[i + 1] || palette[i] !== palette[i + 2]) return false;
  }
  return true;
}

function readPalette(head: Uint8Array, view: DataView, bits: number, headerBytes: number): Uint8Array {
  if (bits > 8) return new Uint8Array(0);
  const colours = Math.min(view.getUint32(46, true) || 2 ** bits, 2 ** bits);
  const start = FILE_HEADER_BYTES + headerBytes;
  const palette = head.subarray(start, start + 4 * colours);
  if (palette.length < 4 * colours) throw badData('it was cut off within its palette', DAMAGED_HINT);
  return palette;
}

function readMasks(view: DataView, bits: number, compression: number): readonly number[] {
  if (compression === RGB) return defaultMasks(bits);
  if (view.byteLength < MASKS_OFFSET + 12) throw badData('it was cut off within its header', DAMAGED_HINT);
  const masks = [0, 4, 8].map((offset) => view.getUint32(MASKS_OFFSET + offset, true));
  if (masks.includes(0)) throw badData('a mask of its colours is empty', DAMAGED_HINT);
  return masks;
}

function readLayout(head: Uint8Array): BmpLayout {
  const view = viewOf(head);
  if (head.length < MASKS_OFFSET) throw badData('it was cut off within its header', DAMAGED_HINT);
  const headerBytes = view.getUint32(14, true);
  const [width, height] = [view.getInt32(18, true), view.getInt32(22, true)];
  const [bits, compression] = [view.getUint16(28, true), view.getUint32(30, true)];
  if (headerBytes < INFO_HEADER_BYTES)
    throw badData('it is a bitmap of OS/2, which is not read', DAMAGED_HINT);
  const withMasks = compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  if (compression !== RGB && !(withMasks && (bits === 16 || bits === 32))) {
    throw badData('it is a compressed bitmap, which is not read', 'Save it without compression, or as PNG.');
  }
  if (![1, 4, 8, 16, 24, 32].includes(bits))
    throw badData(`it says that a pixel has ${bits} bits`, DAMAGED_HINT);
  const palette = readPalette(head, view, bits, headerBytes);
  return {
    width,
    height: Math.abs(height),
    topDown: height < 0,
    channels: bits <= 8 && isGrey(palette) ? 1 : 3,
    bits,
    dataOffset: view.getUint32(10, true),
    palette,
    masks: readMasks(view, bits, compression),
  };
}

/** What a mask takes out of a pixel, spread over 0 … 255. */
function maskReader(mask: number): (pixel: number) => number {
  const unit = 2 ** (31 - Math.clz32(mask & -mask));
  const most = Math.floor(mask / unit);
  return (pixel) => Math.round((255 * (((pixel & mask) >>> 0) / unit)) / most);
}

type PixelReader = (view: DataView, rowOffset: number, x: number, into: Uint8Array, at: number) => void;

function palettePixels({ bits, palette, channels }: BmpLayout): PixelReader {
  const perByte = 8 / bits;
  return (view, rowOffset, x, into, at) => {
    const byte = view.getUint8(rowOffset + Math.floor(x / perByte));
    const index = (byte >> (8 - bits * ((x % perByte) + 1))) & (2 ** bits - 1);
    if (4 * index >= palette.length)
      throw badData('a pixel has a colour that is not in the palette', DAMAGED_HINT);
    for (let channel = 0; channel < channels; channel++)
      into[at + channel] = palette[4 * index + 2 - channel];
  };
}

function directPixels({ bits, masks }: BmpLayout): PixelReader {
  if (bits === 24) {
    return (view, rowOffset, x, into, at) => {
      for (let channel = 0; channel < 3; channel++)
        into[at + channel] = view.getUint8(rowOffset + 3 * x + 2 - channel);
    };
  }
  const readers = masks.map(maskReader);
  return (view, rowOffset, x, into, at) => {
    const pixel =
      bits === 16 ? view.getUint16(rowOffset + 2 * x, true) : view.getUint32(rowOffset + 4 * x, true);
    for (let channel = 0; channel < 3; channel++) into[at + channel] = readers[channel](pixel);
  };
}

export const bmp: PictureFormat = {
  name: 'BMP',
  recognizes: (head) => head[0] === 0x42 && head[1] === 0x4d,
  readHead: (file) => readLayout(readBytes(file, 0, HEAD_BYTES)),
  decode(bytes) {
    const layout = readLayout(bytes.subarray(0, HEAD_BYTES));
    const { width, height, channels, bits, dataOffset } = layout;
    // Rows begin at multiples of four bytes.
    const stride = 4 * Math.ceil((width * bits) / 32);
    if (dataOffset + stride * height > bytes.length) {
      throw badData(
        `its pixels take ${stride * height} bytes, and ${Math.max(0, bytes.length - dataOffset)} are there: it was cut off`,
        DAMAGED_HINT,
      );
    }
    const view = viewOf(bytes);
    const readPixel = (bits <= 8 ? palettePixels : directPixels)(layout);
    const data = new Uint8Array(width * height * channels);
    for (let y = 0; y < height; y++) {
      const rowOffset = dataOffset + stride * (layout.topDown ? y : height - 1 - y);
      for (let x = 0; x < width; x++) readPixel(view, rowOffset, x, data, (y * width + x) * channels);
    }
    return { width, height, channels, data, white: 255, orientation: 1 };
  },
};
