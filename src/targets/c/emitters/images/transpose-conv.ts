import type { TransposeConvInt8 } from '../../../../kernels/int8/transpose_conv.ts';
import { CONVOLVE_TRANSPOSED } from '../../definitions/products/convolve.ts';
import { FINISH_SUFFIX } from '../../definitions/products/finish.ts';
import type { CStep, Emission } from '../../emitter.ts';
import { addRows, constantWeights, packRowPairs, withRows } from '../../int8-rows.ts';
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
  const stored = addRows(constants, label, weights, p, packRowPairs);
  const { finish } = stored;
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
    definitions: [CONVOLVE_TRANSPOSED[finish]],
    scratchBytes: gatheredPatchBytes('two', weights.length),
    call(places) {
      const [input, output] = [places.input(0), places.output(0)];
      return withRows(stored, places, (name) =>
        forBatches(
          w.batches,
          inputBytes,
          outputBytes,
          (nextInput, nextOutput) =>
            `convolve_transposed_two${FINISH_SUFFIX[finish]}(${name}, &${window}, ${p.inputZeroPoint}, ${places.scratch}, ${input}${nextInput}, ${output}${nextOutput});`,
        ),
      );
    },
  };
}
