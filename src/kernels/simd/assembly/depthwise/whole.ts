/** Along one axis: which windows of three taps lie in the image as a whole. */

import { firstOf } from '../geometry';

@inline
export function firstWhole(padding: i32, stride: i32, windows: i32): i32 {
  return min(windows, firstOf(padding, stride));
}

@inline
export function endWhole(first: i32, size: i32, padding: i32, stride: i32, dilation: i32, windows: i32): i32 {
  return min(windows, max(first, firstOf(size - 2 * dilation + padding, stride)));
}

/** Whether at most the first window lacks a tap, its first one, and at most the last window its last one. */
export function lacksOneTap(size: i32, padding: i32, stride: i32, dilation: i32, windows: i32): bool {
  const first = firstWhole(padding, stride, windows);
  const end = endWhole(first, size, padding, stride, dilation, windows);
  const last = end * stride - padding;
  const atFirst = first == 0 || (first == 1 && padding <= dilation && 2 * dilation - padding < size);
  const atLast = end == windows || (end == windows - 1 && last >= 0 && last + dilation < size);
  return atFirst && atLast;
}
