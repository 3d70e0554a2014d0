/**
 * What a WAV file says of itself. Source: Microsoft's and IBM's Multimedia Programming Interface 1.0 (RIFF), and Microsoft's
 * description of WAVE_FORMAT_EXTENSIBLE. It is a walk over chunks of two numbers each, so it is read here and no package is.
 */

import { counted } from '../../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../../core/random-access.ts';
import { badData } from '../read-file.ts';

/** How one sample is stored: unsigned around 128, two's complement of so many bits, or float. */
export type WavEncoding = 'uint8' | 'int16' | 'int24' | 'int32' | 'float32' | 'float64';

export interface WavLayout {
  readonly encoding: WavEncoding;
  readonly channels: number;
  /** Sample instants in a second. */
  readonly rate: number;
  readonly dataOffset: number;
  /** Sample instants. */
  readonly frames: number;
}

const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;
const MIN_FORMAT_BYTES = 16;
const EXTENSIBLE_BYTES = 40;
/** More than any program writes. */
const MAX_CHUNKS = 1000;
/** The fastest converters there are, and as many channels as microphone arrays have. */
export const MAX_RATE = 768_000;
const MAX_CHANNELS = 64;

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
/** The end of every GUID that stands for a format number. */
const GUID_TAIL = '000000001000800000aa00389b71';
/** Of a chunk whose writer did not know its end: a stream. */
const UNKNOWN_BYTES = 0xffffffff;

const FORMAT_NAMES: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  6: 'A-law',
  7: 'mu-law',
  17: 'IMA ADPCM',
  49: 'GSM 6.10',
  85: 'MP3',
};

const DAMAGED_HINT = 'Record, copy or export the file again, or leave it out.';
const ENCODING_HINT = 'Export it as uncompressed WAV: PCM of 8, 16, 24 or 32 bits, or float.';

const PCM_ENCODINGS: Readonly<Record<number, WavEncoding>> = {
  1: 'uint8',
  2: 'int16',
  3: 'int24',
  4: 'int32',
};
const FLOAT_ENCODINGS: Readonly<Record<number, WavEncoding>> = { 4: 'float32', 8: 'float64' };

function viewOf(file: RandomAccessBytes, offset: number, length: number): DataView {
  const bytes = new Uint8Array(length);
  file.readAt(offset, bytes);
  return new DataView(bytes.buffer);
}

function textAt(view: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(offset + i)));
}

/** Whether the first bytes of a file are those of a WAV file, of a kind that is read or not. */
export function isWav(head: Uint8Array): boolean {
  return (
    head.length >= RIFF_BYTES &&
    /^(RIFF|RIFX|RF64).{4}WAVE$/s.test(String.fromCharCode(...head.subarray(0, 12)))
  );
}

type Format = Pick<WavLayout, 'encoding' | 'channels' | 'rate'>;

function formatNumber(view: DataView): number {
  const number = view.getUint16(0, true);
  if (number !== EXTENSIBLE) return number;
  if (view.byteLength < EXTENSIBLE_BYTES)
    throw badData('its extensible format chunk is too short', DAMAGED_HINT);
  const tail = Array.from({ length: 14 }, (_, i) =>
    view
      .getUint8(26 + i)
      .toString(16)
      .padStart(2, '0'),
  ).join('');
  if (tail !== GUID_TAIL)
    throw badData('its samples are of a format that is not PCM or float', ENCODING_HINT);
  return view.getUint16(24, true);
}

function readFormat(view: DataView): Format {
  const number = formatNumber(view);
  const channels = view.getUint16(2, true);
  const rate = view.getUint32(4, true);
  const frameBytes = view.getUint16(12, true);
  const bits = view.getUint16(14, true);
  if (channels < 1 || channels > MAX_CHANNELS)
    throw badData(`it says that it has ${counted(channels, 'channel')}`, DAMAGED_HINT);
  if (rate < 1 || rate > MAX_RATE)
    throw badData(`it says that it has ${counted(rate, 'sample')} in a second`, DAMAGED_HINT);
  if (number !== PCM && number !== FLOAT) {
    throw badData(
      `its samples are ${FORMAT_NAMES[number] ?? `of the format ${number}`}, which is not read`,
      ENCODING_HINT,
    );
  }
  const bytes = frameBytes / channels;
  const encoding = (number === PCM ? PCM_ENCODINGS : FLOAT_ENCODINGS)[bytes];
  if (encoding === undefined || Math.ceil(bits / 8) !== bytes) {
    throw badData(
      `it says that its ${number === PCM ? 'PCM' : 'float'} samples have ${bits} bits, ${counted(frameBytes, 'byte')} for ${channels} at once`,
      ENCODING_HINT,
    );
  }
  return { encoding, channels, rate };
}

const BYTES: Readonly<Record<WavEncoding, number>> = {
  uint8: 1,
  int16: 2,
  int24: 3,
  int32: 4,
  float32: 4,
  float64: 8,
};

/** Bytes of one sample instant: of all channels. */
export function frameBytesOf({ encoding, channels }: Pick<WavLayout, 'encoding' | 'channels'>): number {
  return BYTES[encoding] * channels;
}

/**
 * How many bytes of samples there are. A writer that never came back to fill in sizes left 0 or 2³² − 1 of them; then all the
 * rest is samples. An empty chunk within a file that knows its own size is empty.
 */
function dataBytes(file: RandomAccessBytes, riffBytes: number, offset: number, stated: number): number {
  const rest = file.length - offset;
  const unfinished = stated === 0 && (riffBytes === UNKNOWN_BYTES || riffBytes + CHUNK_BYTES <= offset);
  if (stated === UNKNOWN_BYTES || unfinished) return rest;
  if (stated <= rest) return stated;
  throw badData(
    `it says that it has ${counted(stated, 'byte')} of samples, and ${rest} are there: it was cut off`,
    DAMAGED_HINT,
  );
}

/** Throws `bad-data` (input), a sentence that does not name the file. */
export function readWavLayout(file: RandomAccessBytes): WavLayout {
  if (file.length < RIFF_BYTES)
    throw badData(`it has ${counted(file.length, 'byte')} and is no WAV file`, DAMAGED_HINT);
  const riff = viewOf(file, 0, RIFF_BYTES);
  const kind = textAt(riff, 0);
  if (textAt(riff, 8) !== 'WAVE' || !['RIFF', 'RIFX', 'RF64'].includes(kind)) {
    throw badData('it does not begin as WAV files do', DAMAGED_HINT);
  }
  if (kind !== 'RIFF')
    throw badData(`it is a WAV file of the kind ${kind}, which is not read`, ENCODING_HINT);
  let format: Format | undefined;
  let offset = RIFF_BYTES;
  for (let chunk = 0; chunk < MAX_CHUNKS && offset + CHUNK_BYTES <= file.length; chunk++) {
    const head = viewOf(file, offset, CHUNK_BYTES);
    const [id, bytes, start] = [textAt(head, 0), head.getUint32(4, true), offset + CHUNK_BYTES];
    if (id === 'data') {
      if (format === undefined) throw badData('its samples come before their format', DAMAGED_HINT);
      const frames = Math.floor(
        dataBytes(file, riff.getUint32(4, true), start, bytes) / frameBytesOf(format),
      );
      if (frames === 0) throw badData('it has no samples', DAMAGED_HINT);
      return { ...format, dataOffset: start, frames };
    }
    if (id === 'fmt ') {
      if (bytes < MIN_FORMAT_BYTES || start + bytes > file.length)
        throw badData('its format chunk is too short', DAMAGED_HINT);
      format = readFormat(viewOf(file, start, Math.min(bytes, EXTENSIBLE_BYTES)));
    }
    // Chunks begin at even offsets.
    offset = start + bytes + (bytes % 2);
  }
  throw badData('it has no chunk of samples, so it was cut off', DAMAGED_HINT);
}
