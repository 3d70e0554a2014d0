import type { ConvInt8 } from '../../../../kernels/int8/conv_2d.ts';
import type { Window } from '../../../../kernels/window.ts';
import type { CDefinition } from '../../c-code.ts';
import type { ConstantPool } from '../../constant-pool.ts';
import { CONVOLVE } from '../../definitions/products/convolve.ts';
import { POINTWISE } from '../../definitions/products/pointwise.ts';
import { PATCH_COUNT, type Patches } from '../../definitions/products/tiles.ts';
import type { CStep, Emission, PiecePlaces } from '../../emitter.ts';
import { addRows, constantWeights, type Int8Weights, withRows } from '../../int8-rows.ts';
import { filledRows, patchLength, rowsByPairs, type WeightShape } from '../../weight-orders.ts';
import { bytesBefore } from '../../window-overlap.ts';
import { forBatches } from './for-batches.ts';

/** Patches are int16 where that is faster. */
const PATCH_ELEMENT_BYTES = 2;

/** Scratch for patches. */
function patchBytes(patches: Patches, length: number): number {
  return PATCH_COUNT[patches] * PATCH_ELEMENT_BYTES * patchLength(length);
}

/** Scratch of convolutions: patches, and one as it is gathered. */
export function gatheredPatchBytes(patches: Patches, length: number): number {
  return patchBytes(patches, length) + patchLength(length);
}

/** Beside an output that is not so many times as large patches are too much memory to take four. */
const OUTPUT_OF_FOUR = 8;

/** One pixel in, one pixel out. */
function isPointwise({ window: w, groups }: ConvInt8): boolean {
  const ones = [w.filterHeight, w.filterWidth, w.strideHeight, w.strideWidth];
  return groups === 1 && ones.every((size) => size === 1);
}

function addWindow(constants: ConstantPool, label: string, p: ConvInt8): string {
  const { window: w, inputDepth, groups } = p;
  const isOneRun = w.dilationWidth === 1 && groups === 1;
  return constants.addStruct(`${label}_window`, 'struct window', {
    input_height: w.inputHeight,
    row_bytes: w.inputWidth * inputDepth,
    output_height: w.outputHeight,
    output_width: w.outputWidth,
    output_depth: p.multipliers.length,
    stride_height: w.strideHeight,
    stride_bytes: w.strideWidth * inputDepth,
    top: w.padTop,
    left_bytes: w.padLeft * inputDepth,
    filter_height: w.filterHeight,
    dilation_height: w.dilationHeight,
    runs: isOneRun ? 1 : w.filterWidth,
    run_bytes: isOneRun ? w.filterWidth * inputDepth : inputDepth / groups,
    run_distance: isOneRun ? 0 : w.dilationWidth * inputDepth,
  });
}

/** Pixels of one batch. */
const inputPixels = ({ inputHeight, inputWidth }: Window): number => inputHeight * inputWidth;
const outputPixels = ({ outputHeight, outputWidth }: Window): number => outputHeight * outputWidth;

function emitPointwise(
  { label, constants }: CStep<unknown, ConvInt8>,
  p: ConvInt8,
  weights: Int8Weights,
): Emission {
  const rows = addRows(constants, label, weights, p, filledRows);
  const pointwise = POINTWISE[rows.form][rows.finish];
  const pixels = p.window.batches * inputPixels(p.window);
  const statement = (places: PiecePlaces, count: number, input: string, output: string): string =>
    withRows(
      rows,
      places,
      (name) =>
        `${pointwise.name}(${name}, ${count}, ${p.inputDepth}, ${places.scratch}, ${input}, ${output});`,
    );
  return {
    definitions: [pointwise],
    scratchBytes: patchBytes('four', weights.length),
    inPlace: [0],
    // In the order in which pixels move apart, none is written over one that is still to be read.
    overlaps: [p.multipliers.length > p.inputDepth ? { input: 0, behind: 0 } : { input: 0, before: 0 }],
    pieces: {
      pixels,
      depth: p.multipliers.length,
      together: PATCH_COUNT.four,
      call: (places, { first, count, output }) =>
        statement(places, count, `${places.input(0)} + ${first} * ${p.inputDepth}`, output),
    },
    call: (places) => statement(places, pixels, places.input(0), places.output(0)),
  };
}

/** The rows of one group of channels. */
function groupOf(
  { type, weights, rows, length, bias }: Int8Weights,
  p: ConvInt8,
  group: number,
): { readonly weights: Int8Weights; readonly prepared: ConvInt8 } {
  const count = rows / p.groups;
  const first = group * count;
  const end = first + count;
  return {
    weights: {
      type,
      weights: Array.prototype.slice.call(weights, first * length, end * length),
      rows: count,
      length,
      bias: bias === undefined ? undefined : Array.prototype.slice.call(bias, first, end),
    },
    prepared: { ...p, multipliers: p.multipliers.slice(first, end), shifts: p.shifts.slice(first, end) },
  };
}

function emitWindows(
  { label, constants }: CStep<unknown, ConvInt8>,
  p: ConvInt8,
  weights: Int8Weights,
): Emission {
  const window = addWindow(constants, label, p);
  const outputSize = outputPixels(p.window) * p.multipliers.length;
  const patches = outputSize < OUTPUT_OF_FOUR * patchBytes('four', weights.length) ? 'two' : 'four';
  const order = { two: rowsByPairs, four: filledRows }[patches];
  const definitions = new Set<CDefinition>();
  const groups = Array.from({ length: p.groups }, (_, group) => {
    const one = groupOf(weights, p, group);
    const groupLabel = p.groups === 1 ? label : `${label}_group${group}`;
    const rows = addRows(constants, groupLabel, one.weights, one.prepared, order);
    const convolve = CONVOLVE[patches][rows.form][rows.finish];
    definitions.add(convolve);
    const offset = (channels: number): string => (group === 0 ? '' : ` + ${(group * channels) / p.groups}`);
    return {
      rows,
      convolve: convolve.name,
      from: offset(p.inputDepth),
      to: offset(p.multipliers.length),
    };
  });
  const inputSize = inputPixels(p.window) * p.inputDepth;
  const pixelBytes = { input: p.inputDepth, output: p.multipliers.length };
  return {
    definitions: [...definitions],
    isWholeInBands: true,
    scratchBytes: gatheredPatchBytes(patches, weights.length),
    // The windows of one group are gathered before any of their outputs is written; another group would read anew.
    overlaps: p.groups === 1 ? [{ input: 0, before: bytesBefore(p.window, pixelBytes, 'gathered') }] : [],
    call(places) {
      const [input, output] = [places.input(0), places.output(0)];
      return forBatches(p.window.batches, inputSize, outputSize, (nextInput, nextOutput) =>
        groups
          .map(({ convolve, from, to, rows }) =>
            withRows(
              rows,
              places,
              (name) =>
                `${convolve}(${name}, &${window}, ${p.inputZeroPoint}, ${places.scratch}, ${input}${nextInput}${from}, ${output}${nextOutput}${to});`,
            ),
          )
          .join('\n'),
      );
    },
  };
}

/** A convolution whose weights are OHWI. */
export function emitConvolution(
  step: CStep<unknown, ConvInt8>,
  p: ConvInt8,
  constant: Omit<Int8Weights, keyof WeightShape>,
): Emission {
  const rows = p.multipliers.length;
  const weights = { ...constant, rows, length: constant.weights.length / rows };
  return isPointwise(p) ? emitPointwise(step, p, weights) : emitWindows(step, p, weights);
}

export function conv2dInt8(step: CStep<unknown, ConvInt8>): Emission {
  return emitConvolution(step, step.prepared, constantWeights(step.inputs));
}
