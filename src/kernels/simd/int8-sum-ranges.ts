/** Between which numbers the sum of a channel is, whatever the input. */

/** Where the weights of a channel lie: those of the next channel are `channelStep` further, its own `step` apart. */
export interface WeightOrder {
  readonly channels: number;
  readonly channelStep: number;
  readonly step: number;
}

/** Both included. */
export interface SumRange {
  readonly least: number;
  readonly most: number;
}

/** Of every channel, with the bias; inputs are int8 less the zero point, and 0 outside of an image. */
export function int8SumRanges(
  weights: Int8Array,
  { channels, channelStep, step }: WeightOrder,
  inputZeroPoint: number,
  bias: Int32Array | undefined,
): SumRange[] {
  const length = weights.length / channels;
  const [lowest, highest] = [-128 - inputZeroPoint, 127 - inputZeroPoint];
  return Array.from({ length: channels }, (_, channel) => {
    let [positive, negative] = [0, 0];
    for (let i = 0, at = channel * channelStep; i < length; i++, at += step) {
      if (weights[at] > 0) positive += weights[at];
      else negative += weights[at];
    }
    const start = bias?.[channel] ?? 0;
    return {
      least: start + positive * lowest + negative * highest,
      most: start + positive * highest + negative * lowest,
    };
  });
}
