/** How a window slides over images [batch, height, width, depth], and which of its taps lie inside the image. */

/** int32 fields, in the order of ../sliding-fields.ts. */
@unmanaged
export class Sliding {
  batches: i32;
  inputHeight: i32;
  inputWidth: i32;
  outputHeight: i32;
  outputWidth: i32;
  filterHeight: i32;
  filterWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  dilationHeight: i32;
  dilationWidth: i32;
  padTop: i32;
  padLeft: i32;
  depth: i32;
}

/** The first tap that does not lie before the image. */
@inline
export function firstInside(start: i32, dilation: i32): i32 {
  if (start >= 0) return 0;
  if (dilation == 1) return -start;
  return <i32>((<i64>dilation - 1 - <i64>start) / <i64>dilation);
}

/** One more than the last tap that does not lie behind the image. */
@inline
export function endInside(start: i32, dilation: i32, image: i32, filter: i32): i32 {
  const reach = <i64>image - <i64>start;
  const taps = dilation == 1 ? reach : (reach + <i64>dilation - 1) / <i64>dilation;
  return <i32>min(<i64>filter, taps);
}

/** Every element `times` times one after another: [count] to [count · times]. */
export function repeat<T>(from: usize, count: i32, times: i32, to: usize): void {
  for (let i = 0; i < count; i++, from += sizeof<T>()) {
    const value = load<T>(from);
    for (let j = 0; j < times; j++, to += sizeof<T>()) store<T>(to, value);
  }
}
