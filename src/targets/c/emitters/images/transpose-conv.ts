import type { TransposeConvInt8 } from '../../../../kernels/int8/transpose_conv.ts';
import { CONVOLVE_TRANSPOSED } from '../../definitions/products/convolve.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { addRows, constantWeights, withRows } from '../../int8-rows.ts';
import { rowsByPairs } from '../../weight-orders.ts';
import { bytesBeforeTransposed } from '../../window-overlap.ts';
import { gatheredPatchBytes } from './conv-2d.ts';
import { forBatches } from './for-batches.ts';

export function transposeConvInt8({
  label,
  prepared: p,
  inputs,
  constants,
}: CStep<unknown, TransposeConvInt8>): Emission {
  const { window: w, inputDepth } = p;
  const constant = constantWeights(inputs);
  const rows = p.multipliers.length;
  const weights = { ...constant, rows, length: constant.weights.length / rows };
  const stored = addRows(constants, label, weights, p, rowsByPairs);
  const convolve = CONVOLVE_TRANSPOSED[stored.form][stored.finish];
  const window = constants.addStruct(`${label}_window`, 'struct transposed_window', {
    input_height: w.inputHeight,
    input_width: w.inputWidth,
    input_depth: inputDepth,
    output_height: w.outputHeight,
    output_width: w.outputWidth,
    output_depth: rows,
    filter_height: w.filterHeight,
    filter_width: w.filterWidth,
    stride_height: w.strideHeight,
    stride_width: w.strideWidth,
    top: w.padTop,
    left: w.padLeft,
  });
  const inputBytes = w.inputHeight * w.inputWidth * inputDepth;
  const outputBytes = w.outputHeight * w.outputWidth * rows;
  return {
    definitions: [convolve],
    scratchBytes: gatheredPatchBytes('two', weights.length),
    overlaps: [
      { input: 0, before: bytesBeforeTransposed(w, { input: inputDepth, output: rows }, 'gathered') },
    ],
    call(places) {
      const [input, output] = [places.input(0), places.output(0)];
      return withRows(stored, places, (name) =>
        forBatches(
          w.batches,
          inputBytes,
          outputBytes,
          (nextInput, nextOutput) =>
            `${convolve.name}(${name}, &${window}, ${p.inputZeroPoint}, ${places.scratch}, ${input}${nextInput}, ${output}${nextOutput});`,
        ),
      );
    },
  };
}
