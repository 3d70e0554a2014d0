import type { DepthwiseConvInt8 } from '../../../../kernels/int8/depthwise_conv_2d.ts';
import type { Window } from '../../../../kernels/window.ts';
import type { ConstantPool } from '../../constant-pool.ts';
import { CONVOLVE_PLANES } from '../../definitions/products/depthwise.ts';
import { CONVOLVE_3X3, CONVOLVE_3X3_BY_2 } from '../../definitions/products/depthwise-3x3.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { addRows, constantWeights, type Int8Weights, type Rows, withRows } from '../../int8-rows.ts';
import { asTheyAre, windowsByColumns } from '../../weight-orders.ts';
import { emitConvolution } from './conv-2d.ts';
import { forBatches } from './for-batches.ts';

/** 1HWC as CHW. */
export function byChannel(weights: ArrayLike<number>, channels: number): Int8Array {
  const taps = weights.length / channels;
  return Int8Array.from(
    { length: weights.length },
    (_, at) => weights[(at % taps) * channels + Math.floor(at / taps)],
  );
}

interface Plane {
  readonly height: number;
  readonly width: number;
}

/** What the windows of an image cover, with the padding. */
function planeOf(w: Window): Plane {
  return {
    height: (w.outputHeight - 1) * w.strideHeight + (w.filterHeight - 1) * w.dilationHeight + 1,
    width: (w.outputWidth - 1) * w.strideWidth + (w.filterWidth - 1) * w.dilationWidth + 1,
  };
}

function addPlane(constants: ConstantPool, label: string, p: DepthwiseConvInt8): string {
  const { window: w, inputDepth } = p;
  const { height, width } = planeOf(w);
  return constants.addStruct(`${label}_plane`, 'struct plane', {
    height,
    width,
    input_width: w.inputWidth,
    input_depth: inputDepth,
    top: w.padTop,
    left: w.padLeft,
    rows: Math.min(w.inputHeight, height - w.padTop),
    columns: Math.min(w.inputWidth, width - w.padLeft),
    multiplier: p.multipliers.length / inputDepth,
    filter_height: w.filterHeight,
    filter_width: w.filterWidth,
    output_height: w.outputHeight,
    output_width: w.outputWidth,
    stride_height: w.strideHeight,
    stride_width: w.strideWidth,
    dilation_height: w.dilationHeight,
    dilation_width: w.dilationWidth,
  });
}

const pixels = (height: number, width: number): number => height * width;

/** One statement for each batch. */
function callOf(
  name: string,
  { window: w, inputDepth, inputZeroPoint, multipliers }: DepthwiseConvInt8,
  rows: Rows,
  window: string,
): Emission['call'] {
  const inputBytes = pixels(w.inputHeight, w.inputWidth) * inputDepth;
  const outputBytes = pixels(w.outputHeight, w.outputWidth) * multipliers.length;
  return (places) => {
    const [input, output] = [places.input(0), places.output(0)];
    return withRows(rows, places, (rowsName) =>
      forBatches(
        w.batches,
        inputBytes,
        outputBytes,
        (nextInput, nextOutput) =>
          `${name}(${rowsName}, &${window}, ${inputZeroPoint}, ${places.scratch}, ${input}${nextInput}, ${output}${nextOutput});`,
      ),
    );
  };
}

/** Channel by channel through a copy of each: in place wherever there are as many outputs as inputs. */
function emitPlanes(
  { label, prepared: p, constants }: CStep<unknown, DepthwiseConvInt8>,
  weights: Int8Weights,
): Emission {
  const rows = addRows(constants, label, weights, p, asTheyAre);
  const convolve = CONVOLVE_PLANES[rows.form][rows.finish];
  const plane = addPlane(constants, label, p);
  const { height, width } = planeOf(p.window);
  return {
    definitions: [convolve],
    scratchBytes: height * width + (rows.form === 'nibbles' ? weights.length : 0),
    inPlace: mayLieInPlace(p) ? [0] : [],
    call: callOf(convolve.name, p, rows, plane),
  };
}

/** At most a row above and a column on either side, which pairs of rows have room for. */
function hasNarrowMargins(w: Window): boolean {
  const behind = planeOf(w).width - w.padLeft - w.inputWidth;
  return w.padTop <= 1 && w.padLeft <= 1 && behind <= 1;
}

/** By how many pixels a window of three by three moves that has a function of its own. */
function stepOfThreeByThree({ window: w, inputDepth, multipliers }: DepthwiseConvInt8): 1 | 2 | undefined {
  const isPlain =
    inputDepth === multipliers.length &&
    w.filterHeight === 3 &&
    w.filterWidth === 3 &&
    w.dilationHeight === 1 &&
    w.dilationWidth === 1 &&
    w.strideHeight === w.strideWidth;
  return isPlain && hasNarrowMargins(w) && (w.strideWidth === 1 || w.strideWidth === 2)
    ? w.strideWidth
    : undefined;
}

/** Outputs of a channel overwrite inputs of that channel alone, and of that batch or of those before. */
function mayLieInPlace({ window: w, inputDepth, multipliers }: DepthwiseConvInt8): boolean {
  return (
    inputDepth === multipliers.length &&
    (w.batches === 1 || pixels(w.outputHeight, w.outputWidth) <= pixels(w.inputHeight, w.inputWidth))
  );
}

const PAIR_BYTES = 4;

function emitThreeByThree(
  { label, prepared: p, constants }: CStep<unknown, DepthwiseConvInt8>,
  weights: Int8Weights,
  step: 1 | 2,
): Emission {
  const { window: w } = p;
  const { definition, rowPairs } = {
    1: { definition: CONVOLVE_3X3, rowPairs: Math.ceil(w.outputHeight / 2) + 1 },
    2: { definition: CONVOLVE_3X3_BY_2, rowPairs: w.outputHeight + 1 },
  }[step];
  const rows = addRows(constants, label, weights, p, windowsByColumns);
  const convolve = definition[rows.form][rows.finish];
  const image = constants.addStruct(`${label}_image`, 'struct image', {
    height: w.inputHeight,
    width: w.inputWidth,
    depth: p.inputDepth,
    top: w.padTop,
    left: w.padLeft,
    row_pairs: rowPairs,
    output_height: w.outputHeight,
    output_width: w.outputWidth,
  });
  return {
    definitions: [convolve],
    scratchBytes: PAIR_BYTES * (rowPairs * (w.inputWidth + 1) + 1),
    inPlace: mayLieInPlace(p) ? [0] : [],
    call: callOf(convolve.name, p, rows, image),
  };
}

/** Of an image of one channel it is a convolution. */
export function depthwiseConv2dInt8(step: CStep<unknown, DepthwiseConvInt8>): Emission {
  const { inputs, prepared } = step;
  const { inputDepth, multipliers } = prepared;
  const { type, weights, bias } = constantWeights(inputs);
  const rows = multipliers.length;
  const ordered = { type, weights: byChannel(weights, rows), rows, length: weights.length / rows, bias };
  if (inputDepth === 1)
    return emitConvolution(
      { ...step, prepared: { ...prepared, groups: 1 } },
      { ...prepared, groups: 1 },
      ordered,
    );
  const move = stepOfThreeByThree(prepared);
  return move === undefined ? emitPlanes(step, ordered) : emitThreeByThree(step, ordered, move);
}
