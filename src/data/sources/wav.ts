/** Recordings as WAV files: a row is one sample instant. */

import * as z from 'zod';
import type { DataFile } from '../../core/data-file.ts';
import { counted } from '../../core/figure-text.ts';
import type { RandomAccessBytes } from '../../core/random-access.ts';
import { changedFiles } from './changed-files.ts';
import { requireKinds } from './fixed-kinds.ts';
import { badData, lookAt, orSkip } from './read-file.ts';
import type { Column, RowBlock, RowSource } from './row-source.ts';
import type { ReadContext, Source } from './source.ts';
import { createResampler, MAX_RATIO, type Resampler } from './wav/resample.ts';
import { isWav, MAX_RATE, readWavLayout, type WavLayout } from './wav/wav-layout.ts';
import { doubled, mixedDown, type ReadFrames, wavReader } from './wav/wav-samples.ts';

const BLOCK_ROWS = 2 ** 14;
/** Longer ones are recordings, which are cut into windows, and not samples of their own. */
const LONGEST_SAMPLE_SECONDS = 10;
export const MAX_SECONDS = 3600;

export const wavFormat = z.strictObject({
  rate: z
    .int()
    .min(1)
    .max(MAX_RATE)
    .optional()
    .describe('Samples in a second; files of another rate are resampled. Default: the rate of most files.'),
  channels: z
    .enum(['mono', 'stereo'])
    .default('mono')
    .describe('mono: one column "audio", the mean of all channels. stereo: two columns, "left" and "right".'),
  seconds: z
    .number()
    .positive()
    .max(MAX_SECONDS)
    .optional()
    .describe('Every file is cut to this length, or silence follows it. Default: as long as it is.'),
});
type WavFormat = z.infer<typeof wavFormat>;

const COLUMNS: Readonly<Record<WavFormat['channels'], readonly Column[]>> = {
  mono: [{ name: 'audio', kind: 'number', shape: [] }],
  stereo: [
    { name: 'left', kind: 'number', shape: [] },
    { name: 'right', kind: 'number', shape: [] },
  ],
};

/** The value that most have, the least of those that equally many have, and how many have it. */
function mostCommon(values: readonly number[]): { readonly value: number; readonly count: number } {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const [[value, count]] = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return { value, count };
}

/** The length of most files where at least half have it, or else what 95 % of them fit into, in steps of 10 ms. */
function commonSeconds(layouts: readonly WavLayout[]): number | undefined {
  const lengths = layouts.map(({ frames, rate }) => frames / rate).sort((a, b) => a - b);
  const common = mostCommon(lengths);
  const most = lengths[Math.ceil(0.95 * lengths.length) - 1];
  const seconds = 2 * common.count >= lengths.length ? common.value : Math.ceil(most * 100) / 100;
  return seconds <= LONGEST_SAMPLE_SECONDS ? seconds : undefined;
}

function commonRate(layouts: readonly WavLayout[]): number {
  return mostCommon(layouts.map(({ rate }) => rate)).value;
}

function chosenChannels(read: ReadFrames, found: number, wanted: WavFormat['channels']): ReadFrames {
  if (wanted === 'mono') return found === 1 ? read : mixedDown(read, found);
  if (found > 2) {
    throw badData(
      `it has ${found} channels, and stereo has two`,
      'Read it as "mono", or export it with two channels.',
    );
  }
  return found === 1 ? doubled(read) : read;
}

interface Recording {
  readonly rows: number;
  readonly read: ReadFrames;
}

function openRecording(
  bytes: RandomAccessBytes,
  { rate, channels, seconds }: WavFormat & { readonly rate: number },
  resamplerOf: (from: number) => Resampler,
): Recording {
  const layout = readWavLayout(bytes);
  if (layout.rate > rate * MAX_RATIO || rate > layout.rate * MAX_RATIO) {
    throw badData(
      `it has ${counted(layout.rate, 'sample')} in a second, and ${rate} are asked for: more than ${MAX_RATIO} times another rate`,
      'Leave it out, or choose a "rate" that is near those of the files.',
    );
  }
  const resampler = resamplerOf(layout.rate);
  const chosen = chosenChannels(wavReader(bytes, layout), layout.channels, channels);
  return {
    rows: seconds === undefined ? resampler.length(layout.frames) : Math.max(1, Math.round(seconds * rate)),
    read: resampler.resampled(chosen, COLUMNS[channels].length),
  };
}

function* blocksOf(file: DataFile, { rows, read }: Recording): Generator<RowBlock> {
  for (let start = 0; start < rows; start += BLOCK_ROWS) {
    const count = Math.min(BLOCK_ROWS, rows - start);
    yield { file, start, rows: count, values: read(start, count) };
  }
}

/** A resampler for every rate that is met; its filters are made once. */
function resamplersTo(rate: number): (from: number) => Resampler {
  const made = new Map<number, Resampler>();
  return (from) => {
    const resampler = made.get(from) ?? createResampler(from, rate);
    made.set(from, resampler);
    return resampler;
  };
}

function openWav(files: readonly DataFile[], format: WavFormat, context: ReadContext): RowSource {
  requireKinds(COLUMNS[format.channels], context);
  const rate = format.rate ?? commonRate(lookAt(files, readWavLayout));
  const resamplerOf = resamplersTo(rate);
  return {
    columns: COLUMNS[format.channels],
    async *blocks() {
      for (const file of files) {
        const bytes = file.open();
        try {
          const recording = orSkip(file, context, () =>
            openRecording(bytes, { ...format, rate }, resamplerOf),
          );
          if (recording !== undefined) yield* blocksOf(file, recording);
        } finally {
          bytes.close();
        }
      }
    },
  };
}

function changes(files: readonly DataFile[], { rate, channels, seconds }: WavFormat): readonly string[] {
  const longer = (head: WavLayout): number => (seconds === undefined ? 0 : head.frames / head.rate - seconds);
  // Less than half a reading is none.
  const least = ({ rate: own }: WavLayout): number => 0.5 / own;
  return changedFiles(files, readWavLayout, [
    {
      what: `recordings are cut, or filled with silence, to ${seconds} s`,
      which: [
        { are: 'are longer', test: (head) => longer(head) > least(head) },
        { are: 'are shorter', test: (head) => longer(head) < -least(head) },
      ],
    },
    {
      what: `sound is resampled to ${rate} readings a second`,
      which: [{ are: 'have another rate', test: (head) => rate !== undefined && head.rate !== rate }],
    },
    {
      what: 'channels are mixed to one',
      which: [{ are: 'have several', test: (head) => channels === 'mono' && head.channels > 1 }],
    },
  ]);
}

/** Samples are −1 … 1 at full scale. `sniff` proposes the rate of most files, mono, and a length for short ones. */
export const wavSource: Source<WavFormat, 'wav'> = {
  name: 'wav',
  summary: 'Recordings as WAV files, uncompressed; a row is one sample instant.',
  format: wavFormat,
  recognizes: isWav,
  async sniff(files) {
    const layouts = lookAt(files, readWavLayout);
    const seconds = commonSeconds(layouts);
    return {
      rate: commonRate(layouts),
      channels: 'mono',
      ...(seconds === undefined ? {} : { seconds }),
    };
  },
  changes,
  async open(files, format, context) {
    return openWav(files, format, context);
  },
};
