/** What is said of a sliding window in a struct of C, in this order. */

import type { Window } from '../../kernels/window.ts';

/** `input_height`, …, `left`; `inputDepth` are the channels of a pixel. */
export function windowMembers(w: Window, inputDepth: number) {
  return {
    input_height: w.inputHeight,
    input_width: w.inputWidth,
    input_depth: inputDepth,
    output_height: w.outputHeight,
    output_width: w.outputWidth,
    filter_height: w.filterHeight,
    filter_width: w.filterWidth,
    stride_height: w.strideHeight,
    stride_width: w.strideWidth,
    dilation_height: w.dilationHeight,
    dilation_width: w.dilationWidth,
    top: w.padTop,
    left: w.padLeft,
  };
}
