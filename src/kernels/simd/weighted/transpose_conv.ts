/**
 * Transposed convolutions, as convolutions: output pixels whose places leave the same remainder by the stride meet the same taps of
 * the filter, upon neighbouring pixels of the input.
 */

import { alignUp } from '../../../core/alignment.ts';
import type { TransposeConvFloat } from '../../float/transpose_conv.ts';
import type { TransposeConvInt8 } from '../../int8/transpose_conv.ts';
import type { Window } from '../../window.ts';
import { planProductInt8 } from '../int8-product.ts';
import { planProductFloat } from '../product.ts';
import type { SimdPlan } from '../simd-plan.ts';
import { outputPixels } from '../sliding-fields.ts';

/** Output pixels with one remainder along an axis. */
interface Remainder {
  readonly first: number;
  readonly count: number;
  /** In the order of the input pixels that they meet; those beyond the filter weigh nothing. */
  readonly taps: readonly number[];
  readonly padding: number;
}

function remaindersOf(stride: number, padding: number, filter: number, output: number): Remainder[] {
  return Array.from({ length: Math.min(stride, output) }, (_, first) => {
    const nearest = (first + padding) % stride;
    const ahead = Math.floor((first + padding) / stride);
    // No window begins within the image.
    const length = Math.max(Math.ceil((filter - nearest) / stride), ahead + 1);
    return {
      first,
      count: Math.ceil((output - first) / stride),
      taps: Array.from({ length }, (_, i) => nearest + stride * (length - 1 - i)),
      padding: length - 1 - ahead,
    };
  });
}

/** One of the convolutions, whose weights are `taps` of the filter, −1 for none, and where its pixels go: `PixelPlaces` of the assembly. */
interface Part {
  readonly window: Window;
  readonly taps: readonly number[];
  readonly places: Int32Array;
}

function partsOf(window: Window, pixelBytes: number): Part[] {
  const { batches, inputHeight, inputWidth, outputHeight, outputWidth, filterHeight, filterWidth } = window;
  const { strideHeight, strideWidth } = window;
  const rowBytes = outputWidth * pixelBytes;
  const part = (rows: Remainder, columns: Remainder): Part => ({
    window: {
      batches,
      inputHeight,
      inputWidth,
      outputHeight: rows.count,
      outputWidth: columns.count,
      filterHeight: rows.taps.length,
      filterWidth: columns.taps.length,
      strideHeight: 1,
      strideWidth: 1,
      dilationHeight: 1,
      dilationWidth: 1,
      padTop: rows.padding,
      padLeft: columns.padding,
    },
    taps: rows.taps.flatMap((y) =>
      columns.taps.map((x) => (y < filterHeight && x < filterWidth ? y * filterWidth + x : -1)),
    ),
    places: Int32Array.of(
      batches,
      rows.count,
      columns.count,
      pixelBytes,
      rows.first * rowBytes + columns.first * pixelBytes,
      outputHeight * rowBytes,
      strideHeight * rowBytes,
      strideWidth * pixelBytes,
    ),
  });
  const ofColumns = remaindersOf(strideWidth, window.padLeft, filterWidth, outputWidth);
  return remaindersOf(strideHeight, window.padTop, filterHeight, outputHeight).flatMap((rows) =>
    ofColumns.map((columns) => part(rows, columns)),
  );
}

/** [channels, taps of the filter, depth] to [channels, `taps`, depth]. */
function takeTaps<T extends Int8Array | Float32Array>(
  weights: T,
  channels: number,
  depth: number,
  taps: readonly number[],
  taken: T,
): T {
  const length = weights.length / channels;
  for (let channel = 0, to = 0; channel < channels; channel++) {
    for (const tap of taps) {
      const from = channel * length + tap * depth;
      if (tap >= 0) taken.set(weights.subarray(from, from + depth), to);
      to += depth;
    }
  }
  return taken;
}

/** Every part into scratch, and from there to its places. Undefined where one of them is. */
function planParts(
  window: Window,
  pixelBytes: number,
  planPart: (part: Part) => SimdPlan | undefined,
): SimdPlan | undefined {
  const parts = partsOf(window, pixelBytes).map((part) => ({ ...part, plan: planPart(part) }));
  const plans = parts.flatMap(({ plan }) => plan ?? []);
  if (plans.length < parts.length) return undefined;
  const partAt = alignUp(Math.max(...plans.map(({ scratchBytes }) => scratchBytes)));
  const partBytes = Math.max(...parts.map((part) => outputPixels(part.window) * pixelBytes));
  return {
    constants: parts.flatMap(({ places }, index) => [places, ...plans[index].constants]),
    scratchBytes: partAt + partBytes,
    bind(kernels, at) {
      const [output] = at.outputs;
      const { movePixels } = kernels;
      const made = at.scratch + partAt;
      let first = 0;
      const runs = plans.map((plan) => {
        const places = at.constants[first];
        const constants = at.constants.slice(first + 1, first + 1 + plan.constants.length);
        first += 1 + plan.constants.length;
        const compute = plan.bind(kernels, { ...at, outputs: [made], constants });
        return () => {
          compute();
          movePixels(places, made, output);
        };
      });
      return () => {
        for (const run of runs) run();
      };
    },
  };
}

/** Equal to `transposeConvInt8`; undefined for windows that cover too much. */
export function planTransposeConvInt8(
  p: TransposeConvInt8,
  weights: Int8Array,
  bias: Int32Array | undefined,
): SimdPlan | undefined {
  const [channels, depth] = [p.multipliers.length, p.inputDepth];
  return planParts(p.window, channels, ({ window, taps }) => {
    const taken = takeTaps(weights, channels, depth, taps, new Int8Array(channels * taps.length * depth));
    return planProductInt8(p, window, depth, taken, bias);
  });
}

/** Equal to `transposeConvFloat`; undefined where weights of 0 would meet values that are infinite, maybe. */
export function planTransposeConvFloat(
  p: TransposeConvFloat,
  weights: Float32Array,
  bias: Float32Array | undefined,
): SimdPlan | undefined {
  const [channels, depth] = [p.outputDepth, p.inputDepth];
  return planParts(p.window, channels * Float32Array.BYTES_PER_ELEMENT, ({ window, taps }) => {
    if (taps.includes(-1)) return undefined;
    const taken = takeTaps(weights, channels, depth, taps, new Float32Array(channels * taps.length * depth));
    return planProductFloat(p, channels, window, depth, taken, bias);
  });
}
