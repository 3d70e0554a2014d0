/** Extremes and sums of every element over float32 tensors that come one after another, and extremes of their channels. */

export interface TallyShape {
  readonly elements: number;
  /** The last axis. */
  readonly channels: number;
  readonly groups: number;
}

/** NaN is no low and no high, as for TensorFlow's calibrator. */
export interface Tally {
  /** Of every element over the records. */
  readonly lows: Float32Array;
  readonly highs: Float32Array;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  /** Of every channel in each record, or in every few that follow each other: `[group, channel]`. */
  readonly groupLows: Float32Array;
  readonly groupHighs: Float32Array;
}

/** A tally that grows. */
export interface Observer {
  readonly tally: Tally;
  /** `data` has the elements of the tally's shape. */
  observe(data: Float32Array, group: number): void;
}

/** As before the first tensor. */
export function clearTally({ lows, highs, sums, squares, groupLows, groupHighs }: Tally): void {
  for (const data of [lows, groupLows]) data.fill(Infinity);
  for (const data of [highs, groupHighs]) data.fill(-Infinity);
  for (const data of [sums, squares]) data.fill(0);
}

/** The reference. */
export function plainObserver({ elements, channels, groups }: TallyShape): Observer {
  const lows = new Float32Array(elements);
  const highs = new Float32Array(elements);
  const sums = new Float64Array(elements);
  const squares = new Float64Array(elements);
  const groupLows = new Float32Array(groups * channels);
  const groupHighs = new Float32Array(groups * channels);
  return {
    tally: { lows, highs, sums, squares, groupLows, groupHighs },
    observe(data, group) {
      const start = group * channels;
      let channel = 0;
      for (let i = 0; i < data.length; i++) {
        const value = data[i];
        if (value < lows[i]) lows[i] = value;
        if (value > highs[i]) highs[i] = value;
        sums[i] += value;
        squares[i] += value * value;
        const place = start + channel;
        if (value < groupLows[place]) groupLows[place] = value;
        if (value > groupHighs[place]) groupHighs[place] = value;
        channel = channel + 1 === channels ? 0 : channel + 1;
      }
    },
  };
}
