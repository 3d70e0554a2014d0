/** The last step of the float convolutions: bias and clamp. */

import { behindLeast, within } from '../limits';

@unmanaged
export class FloatLimits {
  channels: i32;
  clampMin: f32;
  clampMax: f32;
}

@inline
function finishFour(limits: FloatLimits, biases: usize, sums: usize, count: i32, output: usize, channel: i32): void {
  const bias = v128.load(biases + (<usize>channel << 2));
  const clampMin = f32x4.splat(limits.clampMin);
  const behind = behindLeast(limits.clampMin);
  const clampMax = f32x4.splat(limits.clampMax);
  const channels = limits.channels;
  const present = channels - channel;
  output += <usize>channel << 2;
  for (let i = 0; i < count; i++, sums += 32, output += <usize>channels << 2) {
    const clamped = within(f32x4.add(v128.load(sums), bias), clampMin, behind, clampMax);
    if (present >= 4) {
      v128.store(output, clamped);
      continue;
    }
    v128.store32_lane(output, clamped, 0);
    if (present > 1) v128.store32_lane(output, clamped, 1, 4);
    if (present > 2) v128.store32_lane(output, clamped, 2, 8);
  }
}

/** The sums of up to eight channels, [count, 8], to `output`, a pixel of all channels apart. */
export function finishEight(limits: FloatLimits, biases: usize, sums: usize, count: i32, output: usize, channel: i32): void {
  finishFour(limits, biases, sums, count, output, channel);
  if (channel + 4 < limits.channels) finishFour(limits, biases, sums + 16, count, output, channel + 4);
}
