/** The last step of the float convolutions. */

export interface FloatClamp {
  readonly clampMin: number;
  readonly clampMax: number;
}

/** The sums of all channels of one pixel, which goes to `output` from `start` on. */
export function finishChannels(
  { clampMin, clampMax }: FloatClamp,
  sums: Float32Array,
  bias: Float32Array | undefined,
  output: Float32Array,
  start: number,
): void {
  for (let channel = 0; channel < sums.length; channel++) {
    const sum = bias === undefined ? sums[channel] : Math.fround(sums[channel] + bias[channel]);
    output[start + channel] = Math.min(Math.max(sum, clampMin), clampMax);
  }
}
