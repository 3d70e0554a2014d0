/** Pooling of images: a block of channels at a time, taps outside the image left out. */

import { behindLeast, within } from './limits';
import { endInside, firstInside, Sliding } from './sliding';

/** The part of `vector` that belongs to channels which are there; `scratch` holds one vector. */
@inline
function storeBytes(output: usize, vector: v128, bytes: i32, scratch: usize): void {
  if (bytes >= 16) {
    v128.store(output, vector);
    return;
  }
  v128.store(scratch, vector);
  for (let i = 0; i < bytes; i++) store<u8>(output + i, load<u8>(scratch + i));
}

/** Round half away from zero: total of eight channels (int32 in two vectors) divided by `taps`, in doubles. */
@inline
function divideTwo(totals: v128, taps: v128, half: v128): v128 {
  const total = f64x2.convert_low_i32x4_s(totals);
  const away = v128.or(v128.and(total, f64x2.splat(-0.0)), half);
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.div(f64x2.add(total, away), taps));
}

@inline
function divideFour(totals: v128, taps: v128, half: v128): v128 {
  const low = divideTwo(totals, taps, half);
  const high = divideTwo(v128.shuffle<i32>(totals, totals, 2, 3, 2, 3), taps, half);
  return v128.shuffle<i32>(low, high, 0, 1, 4, 5);
}

/** What happens to the channels under one window, by number; the generic below is compiled for each. */
@inline
const INT8_MAX: i32 = 0;
@inline
const INT8_AVERAGE: i32 = 1;
@inline
const FLOAT_MAX: i32 = 2;
@inline
const FLOAT_AVERAGE: i32 = 3;

@inline
function pool(kind: i32, s: Sliding, clampMin: v128, clampMax: v128, scratch: usize, input: usize, output: usize): void {
  const behind = behindLeast(f32x4.extract_lane(clampMin, 0));
  const elementBytes: usize = kind == FLOAT_MAX || kind == FLOAT_AVERAGE ? 4 : 1;
  const blockBytes: usize = kind == INT8_AVERAGE ? 8 : 16;
  const pixelBytes = <usize>s.depth * elementBytes;
  for (let batch = 0; batch < s.batches; batch++) {
    for (let y = 0; y < s.outputHeight; y++) {
      const top = y * s.strideHeight - s.padTop;
      const firstY = firstInside(top, 1);
      const endY = endInside(top, 1, s.inputHeight, s.filterHeight);
      for (let x = 0; x < s.outputWidth; x++, output += pixelBytes) {
        const left = x * s.strideWidth - s.padLeft;
        const firstX = firstInside(left, 1);
        const endX = endInside(left, 1, s.inputWidth, s.filterWidth);
        const count = max(0, endY - firstY) * max(0, endX - firstX);
        for (let at: usize = 0; at < pixelBytes; at += blockBytes) {
          let total = kind == INT8_MAX ? i8x16.splat(-128) : kind == FLOAT_MAX ? f32x4.splat(-f32.MAX_VALUE) : i32x4.splat(0);
          let totalHigh = total;
          for (let filterY = firstY; filterY < endY; filterY++) {
            let from = input + <usize>((top + filterY) * s.inputWidth + left + firstX) * pixelBytes + at;
            for (let filterX = firstX; filterX < endX; filterX++, from += pixelBytes) {
              if (kind == INT8_MAX) {
                total = i8x16.max_s(total, v128.load(from));
              } else if (kind == INT8_AVERAGE) {
                const values = v128.load_ext<i8>(from);
                total = i32x4.add(total, i32x4.extend_low_i16x8_s(values));
                totalHigh = i32x4.add(totalHigh, i32x4.extend_high_i16x8_s(values));
              } else if (kind == FLOAT_MAX) {
                total = f32x4.pmax(total, v128.load(from));
              } else {
                total = f32x4.add(total, v128.load(from));
              }
            }
          }
          const present = <i32>min(blockBytes, pixelBytes - at);
          if (kind == INT8_MAX) {
            total = i8x16.min_s(i8x16.max_s(total, clampMin), clampMax);
          } else if (kind == INT8_AVERAGE) {
            const taps = f64x2.splat(<f64>count);
            const half = f64x2.splat(<f64>(count >> 1));
            const words = i16x8.narrow_i32x4_s(divideFour(total, taps, half), divideFour(totalHigh, taps, half));
            total = i8x16.narrow_i16x8_s(words, words);
            total = i8x16.min_s(i8x16.max_s(total, clampMin), clampMax);
            if (present == 8) {
              v128.store64_lane(output + at, total, 0);
              continue;
            }
          } else {
            if (kind == FLOAT_AVERAGE) total = f32x4.div(total, f32x4.splat(<f32>count));
            total = within(total, clampMin, behind, clampMax);
          }
          storeBytes(output + at, total, present, scratch);
        }
      }
    }
    input += <usize>(s.inputHeight * s.inputWidth) * pixelBytes;
  }
}

/** Up to 15 bytes behind the input are read by each of these; `scratch` holds 16. */
export function maxPoolInt8(sliding: usize, clampMin: i32, clampMax: i32, scratch: usize, input: usize, output: usize): void {
  pool(INT8_MAX, changetype<Sliding>(sliding), i8x16.splat(<i8>clampMin), i8x16.splat(<i8>clampMax), scratch, input, output);
}

export function averagePoolInt8(sliding: usize, clampMin: i32, clampMax: i32, scratch: usize, input: usize, output: usize): void {
  pool(INT8_AVERAGE, changetype<Sliding>(sliding), i8x16.splat(<i8>clampMin), i8x16.splat(<i8>clampMax), scratch, input, output);
}

export function maxPoolFloat(sliding: usize, clampMin: f32, clampMax: f32, scratch: usize, input: usize, output: usize): void {
  pool(FLOAT_MAX, changetype<Sliding>(sliding), f32x4.splat(clampMin), f32x4.splat(clampMax), scratch, input, output);
}

export function averagePoolFloat(sliding: usize, clampMin: f32, clampMax: f32, scratch: usize, input: usize, output: usize): void {
  pool(FLOAT_AVERAGE, changetype<Sliding>(sliding), f32x4.splat(clampMin), f32x4.splat(clampMax), scratch, input, output);
}
