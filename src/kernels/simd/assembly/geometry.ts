/** A `Geometry` of `kernels/training/kernels.ts` in memory. */

// The fields of a geometry, int32 one after another.
@inline
export const HEIGHT: usize = 0;
@inline
export const WIDTH: usize = 4;
@inline
export const CHANNELS: usize = 8;
@inline
export const KERNEL_HEIGHT: usize = 12;
@inline
export const KERNEL_WIDTH: usize = 16;
@inline
export const STRIDE_HEIGHT: usize = 20;
@inline
export const STRIDE_WIDTH: usize = 24;
@inline
export const DILATION_HEIGHT: usize = 28;
@inline
export const DILATION_WIDTH: usize = 32;
@inline
export const PAD_TOP: usize = 36;
@inline
export const PAD_LEFT: usize = 40;
@inline
export const OUTPUT_HEIGHT: usize = 44;
@inline
export const OUTPUT_WIDTH: usize = 48;

@inline
export function zeroFloats(to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, to += 16) v128.store(to, f32x4.splat(0));
  for (; i < count; i++, to += 4) store<f32>(to, 0);
}
