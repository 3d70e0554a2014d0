/** A `Geometry` of `kernels/training/kernels.ts` in memory. */

/** int32 fields, in the order of `GEOMETRY_FIELDS`. */
@unmanaged
export class Geometry {
  height: i32;
  width: i32;
  channels: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padLeft: i32;
  outputHeight: i32;
  outputWidth: i32;
}

/** Bytes of a pixel. */
@inline
export function pixelBytesOf(g: Geometry): usize {
  return <usize>g.channels << 2;
}

/** ⌈a / b⌉ but not below 0; b is positive. */
@inline
export function firstOf(a: i32, b: i32): i32 {
  return a <= 0 ? 0 : (a + b - 1) / b;
}

@inline
export function zeroFloats(to: usize, count: i32): void {
  let i = 0;
  for (; i + 4 <= count; i += 4, to += 16) v128.store(to, f32x4.splat(0));
  for (; i < count; i++, to += 4) store<f32>(to, 0);
}
