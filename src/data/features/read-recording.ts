/** One file as one sample: what a microphone or a sensor gave, row after row. */

import type { DataFile } from '../../core/data-file.ts';
import { inputError, unsupportedError } from '../../core/errors.ts';
import { csvSource } from '../sources/csv.ts';
import type { RowSource } from '../sources/row-source.ts';
import type { ReadContext } from '../sources/source.ts';
import { isWav, readWavLayout } from '../sources/wav/wav-layout.ts';
import { wavSource } from '../sources/wav.ts';

/** A file that was read as one sample. */
export interface WholeRecording {
  /** As the file is called. Foreign text. */
  readonly name: string;
  /** Row after row; sound from −1 to 1, of several channels their mean. */
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** Readings in a second, where the file says it. */
  readonly rate?: number;
  /** Channels that were mixed to one; 1 for what is no sound. */
  readonly channels: number;
  /** Readings of sound that lie at full scale: the microphone, or who copied it, cut them off. */
  readonly clipped?: number;
}

const MAX_VALUES = 2 ** 24;
const HEAD_BYTES = 4096;
/** Of 16 bits the largest value is one step below 1. */
const FULL_SCALE = 1 - 2 ** -15;

/** Reads all of a file or nothing. */
const STRICT: ReadContext = {
  skip(error) {
    throw error;
  },
};

async function readAll(name: string, source: RowSource): Promise<{ values: Float32Array; rows: number }> {
  const parts: Float32Array[] = [];
  let length = 0;
  let rows = 0;
  for await (const block of source.blocks()) {
    const part = Float32Array.from(block.values.subarray(0, block.rows * source.columns.length));
    parts.push(part);
    length += part.length;
    rows += block.rows;
    if (length > MAX_VALUES) {
      throw unsupportedError(
        'too-large',
        `${name} has more than ${MAX_VALUES} values, and a sample has no more`,
        'Cut it into pieces: a sample is what a model answers to.',
      );
    }
  }
  const values = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return { values, rows };
}

function looksLikeWav(file: DataFile): boolean {
  const bytes = file.open();
  try {
    const head = new Uint8Array(Math.min(HEAD_BYTES, bytes.length));
    bytes.readAt(0, head);
    return isWav(head);
  } finally {
    bytes.close();
  }
}

async function readSound(file: DataFile): Promise<WholeRecording> {
  const bytes = file.open();
  const { rate, channels } = (() => {
    try {
      return readWavLayout(bytes);
    } finally {
      bytes.close();
    }
  })();
  const read = await readAll(file.path, await wavSource.open([file], { rate, channels: 'mono' }, STRICT));
  const clipped = read.values.reduce(
    (count, value) => (Math.abs(value) >= FULL_SCALE ? count + 1 : count),
    0,
  );
  return { name: file.path, ...read, columns: 1, rate, channels, clipped };
}

async function readTable(file: DataFile): Promise<WholeRecording> {
  const source = await csvSource.open([file], await csvSource.sniff([file], STRICT), STRICT);
  const read = await readAll(file.path, source);
  const text = source.columns.find(({ kind, shape }) => kind !== 'number' || shape.length > 0);
  if (text !== undefined) {
    throw inputError(
      'bad-data',
      `${file.path}: its column "${text.name}" is no numbers, and features are made of readings`,
      'Leave the column out: features are made of the columns of a sensor alone.',
    );
  }
  return { name: file.path, ...read, columns: source.columns.length, channels: 1 };
}

/** A `.wav` file, or a table of numbers. Throws `bad-data`, `no-data` (input), `too-large` (unsupported). */
export async function readRecording(file: DataFile): Promise<WholeRecording> {
  return looksLikeWav(file) ? readSound(file) : readTable(file);
}
