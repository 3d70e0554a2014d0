/** How far from 0 the sum of a channel can be, whatever the input. */

/** Where the weights of a channel lie: those of the next channel are `channelStep` further, its own `step` apart. */
export interface WeightOrder {
  readonly channels: number;
  readonly channelStep: number;
  readonly step: number;
}

/** Of every channel, with the bias; inputs are int8 less the zero point. */
export function int8Reaches(
  weights: Int8Array,
  { channels, channelStep, step }: WeightOrder,
  inputZeroPoint: number,
  bias: Int32Array | undefined,
): number[] {
  const length = weights.length / channels;
  const farthest = Math.max(127 - inputZeroPoint, inputZeroPoint + 128);
  return Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    for (let i = 0, at = channel * channelStep; i < length; i++, at += step) sum += Math.abs(weights[at]);
    return sum * farthest + Math.abs(bias?.[channel] ?? 0);
  });
}
