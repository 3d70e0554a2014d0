/** Which taps of a convolution's window lie inside the image; those outside meet zeros. */

import type { Shape } from '../core/tensor.ts';
import type { NodeOf } from '../ir/graph.ts';
import { type Pair, windowOf } from '../ops/window.ts';

/** Taps `first` … `end` − 1 along one axis. */
export interface TapRange {
  readonly first: number;
  readonly end: number;
}

/** The different ranges that occur along height and along width; every combination of them occurs. */
export interface Taps {
  readonly filter: Pair;
  readonly rows: readonly TapRange[];
  readonly columns: readonly TapRange[];
}

function rangesAlong(
  positions: number,
  stride: number,
  before: number,
  dilation: number,
  filter: number,
  image: number,
): TapRange[] {
  const ranges: TapRange[] = [];
  for (let position = 0; position < positions; position++) {
    const start = position * stride - before;
    const first = Math.max(0, Math.ceil(-start / dilation));
    const end = Math.min(filter, Math.ceil((image - start) / dilation));
    const last = ranges.at(-1);
    // Neither ever grows, so what was left behind does not come again.
    if (last?.first !== first || last.end !== end) ranges.push({ first, end });
  }
  return ranges;
}

type Convolution = NodeOf<'conv_2d'> | NodeOf<'depthwise_conv_2d'>;

function convolutionTaps(node: Convolution, input: Shape, weights: Shape, output: Shape): Taps {
  const filter: Pair = [weights[1], weights[2]];
  const window = windowOf({ ...node.attributes, filter }, input, output);
  return {
    filter,
    rows: rangesAlong(
      output[1],
      window.strideHeight,
      window.padTop,
      window.dilationHeight,
      filter[0],
      input[1],
    ),
    columns: rangesAlong(
      output[2],
      window.strideWidth,
      window.padLeft,
      window.dilationWidth,
      filter[1],
      input[2],
    ),
  };
}

const WHOLE = [{ first: 0, end: 1 }];
/** Of a fully connected layer. */
const ONE_TAP: Taps = { filter: [1, 1], rows: WHOLE, columns: WHOLE };

/** A linear operator of another kind is a type error where its taps are asked for. */
type Tapped = Convolution | NodeOf<'fully_connected'>;

export function tapsOf(node: Tapped, input: Shape, weights: Shape, output: Shape): Taps {
  switch (node.kind) {
    case 'conv_2d':
    case 'depthwise_conv_2d':
      return convolutionTaps(node, input, weights, output);
    case 'fully_connected':
      return ONE_TAP;
  }
}

/** Whether some window lies partly outside the image. */
export function readsOutside({ filter, rows, columns }: Taps): boolean {
  const beyond = (ranges: readonly TapRange[], size: number): boolean =>
    ranges.some(({ first, end }) => first > 0 || end < size);
  return beyond(rows, filter[0]) || beyond(columns, filter[1]);
}
