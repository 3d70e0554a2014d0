/**
 * Gradients behind a ReLU or a pool are mostly zeros. What they are multiplied with would be added as a zero to sums that begin with
 * +0, and so never are -0: it is left out, and not a byte changes, as long as numbers are finite.
 */

import { BLOCK, panel, PANEL_COLUMN } from '../gemm';

/** An offset in bytes, and an element that is not zero: int32 and float32. */
@inline
export const PAIR: usize = 8;

/** Pairs that each of four lists has room for. */
export const ROOM: i32 = 512;
@inline
export const LIST_BYTES: usize = 512 * 8;

/** Lists lie behind the panel of the thread. */
@inline
export function lists(): usize {
  return panel + <usize>BLOCK * PANEL_COLUMN;
}

/** Outputs of which one is looked at: those of a pool's window take turns. */
const OUTPUTS: i32 = 3;

/** Whether fewer than so many eighths of the gradient of `outputs`, of `n` columns each, are not zero, as far as some of them tell. */
export function isSparse(gradient: usize, outputs: i32, n: i32, eighths: i32): bool {
  if (eighths == 0) return false;
  let counts = i32x4.splat(0);
  let seen = 0;
  const bytes = <usize>n << 2;
  for (let i = 0; i < outputs; i += OUTPUTS, gradient += OUTPUTS * bytes) {
    for (let x = gradient, end = gradient + bytes; x < end; x += 16, seen += 4) {
      counts = i32x4.sub(counts, f32x4.ne(v128.load(x), f32x4.splat(0)));
    }
  }
  const low = i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1);
  const high = i32x4.extract_lane(counts, 2) + i32x4.extract_lane(counts, 3);
  return 8 * (low + high) < eighths * seen;
}

/** A list of `count` elements, whose offsets are multiples of `step`. Gives its end. */
export function listRow(x: usize, count: i32, step: i32): usize {
  let end = lists();
  const zero = f32x4.splat(0);
  for (let j = 0; j < count; j += 16, x += 64) {
    const low = i16x8.narrow_i32x4_s(f32x4.ne(v128.load(x), zero), f32x4.ne(v128.load(x, 16), zero));
    const high = i16x8.narrow_i32x4_s(f32x4.ne(v128.load(x, 32), zero), f32x4.ne(v128.load(x, 48), zero));
    let bits = i8x16.bitmask(i8x16.narrow_i16x8_s(low, high));
    if (count - j < 16) bits &= (1 << (count - j)) - 1;
    for (; bits != 0; bits &= bits - 1, end += PAIR) {
      const lane = ctz(bits);
      store<i32>(end, (j + lane) * step);
      store<f32>(end, load<f32>(x + (<usize>lane << 2)), 4);
    }
  }
  return end;
}

/** Where the lists of four columns end. */
export let end0: usize = 0;
export let end1: usize = 0;
export let end2: usize = 0;
export let end3: usize = 0;

export function clearLists(): void {
  end0 = lists();
  end1 = end0 + LIST_BYTES;
  end2 = end1 + LIST_BYTES;
  end3 = end2 + LIST_BYTES;
}

/** Bytes of a pair where the lane has one. */
@inline
function pairBytes(bits: i32, lane: i32): usize {
  return <usize>(bits << (3 - lane) & 8);
}

/** Appends four columns of `count` rows, whose offsets begin with `offset` and lie `step` apart. */
export function listColumns(x: usize, rowBytes: usize, count: i32, offset: i32, step: i32): void {
  let e0 = end0, e1 = end1, e2 = end2, e3 = end3;
  for (const end = x + <usize>count * rowBytes; x != end; x += rowBytes, offset += step) {
    const four = v128.load(x);
    const bits = i32x4.bitmask(f32x4.ne(four, f32x4.splat(0)));
    const offsets = i32x4.splat(offset);
    const low = v128.shuffle<i32>(offsets, four, 0, 4, 1, 5);
    const high = v128.shuffle<i32>(offsets, four, 2, 6, 3, 7);
    // No branch depends on them: what is zero is written over.
    v128.store64_lane(e0, low, 0);
    v128.store64_lane(e1, low, 1);
    v128.store64_lane(e2, high, 0);
    v128.store64_lane(e3, high, 1);
    e0 += pairBytes(bits, 0);
    e1 += pairBytes(bits, 1);
    e2 += pairBytes(bits, 2);
    e3 += pairBytes(bits, 3);
  }
  end0 = e0; end1 = e1; end2 = e2; end3 = e3;
}
