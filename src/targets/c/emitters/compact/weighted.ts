/** Weighted operators of int8 in the fewest bytes of flash. */

import { given } from '../../../../core/given.ts';
import type { ConvInt8 } from '../../../../kernels/int8/conv_2d.ts';
import type { DepthwiseConvInt8 } from '../../../../kernels/int8/depthwise_conv_2d.ts';
import type { FullyConnectedInt8 } from '../../../../kernels/int8/fully_connected.ts';
import { addCompactRows, type CompactRows } from '../../compact-rows.ts';
import { MULTIPLY_COMPACT } from '../../definitions/compact/rows.ts';
import { COMPACT_SUFFIX, CONVOLVE_COMPACT, type CompactWidth } from '../../definitions/compact/windows.ts';
import type { CStep, Emission, Places } from '../../emitter.ts';
import { constantWeights, type Int8Weights, withRows } from '../../int8-rows.ts';
import { windowMembers } from '../../window-members.ts';
import { bytesBefore, bytesBehind } from '../../window-overlap.ts';
import { byChannel } from '../images/depthwise-conv-2d.ts';
import { forBatches } from '../images/for-batches.ts';

function withCompactRows(rows: CompactRows, places: Places, statements: (rows: string) => string): string {
  return withRows(rows, places, statements, 'struct compact_rows');
}

export function fullyConnectedCompact({
  label,
  prepared: p,
  inputs,
  constants,
}: CStep<unknown, FullyConnectedInt8>): Emission {
  const { batches, depth, units } = p;
  const weights = { ...constantWeights(inputs), rows: units, length: depth };
  const rows = addCompactRows(constants, label, weights, p);
  return {
    definitions: [MULTIPLY_COMPACT],
    call: (places) =>
      withCompactRows(rows, places, (name) =>
        forBatches(
          batches,
          depth,
          units,
          (from, to) => `multiply_compact(${name}, ${places.input(0)}${from}, ${places.output(0)}${to});`,
        ),
      ),
  };
}

const LARGEST_INT16 = 2 ** 15 - 1;

/** Weights are OHWI. */
function convolveCompact(
  { label, constants }: CStep<unknown, unknown>,
  p: ConvInt8,
  weights: Int8Weights,
): Emission {
  const { window: w, inputDepth, groups } = p;
  const members = {
    ...windowMembers(w, inputDepth),
    group_depth: inputDepth / groups,
    group_rows: weights.rows / groups,
  };
  const numbers = Object.values(members);
  const width: CompactWidth = numbers.every((number) => number <= LARGEST_INT16) ? 'int16_t' : 'int32_t';
  const type = `struct compact_window${COMPACT_SUFFIX[width]}`;
  const bytes = { int16_t: 2, int32_t: 4 }[width] * numbers.length;
  const rows = addCompactRows(constants, label, weights, p);
  const window = constants.addStruct(`${label}_window`, type, members, bytes);
  const { name } = CONVOLVE_COMPACT(width);
  const pixelBytes = { input: inputDepth, output: weights.rows };
  const before = bytesBefore(w, pixelBytes, 'as it writes');
  // Batches follow each other in their own order.
  const behind = w.batches === 1 ? bytesBehind(w, pixelBytes) : undefined;
  return {
    definitions: [CONVOLVE_COMPACT(width)],
    overlaps: [{ input: 0, before, ...given({ behind }) }],
    call: (places) =>
      withCompactRows(rows, places, (rowsName) =>
        forBatches(
          w.batches,
          w.inputHeight * w.inputWidth * inputDepth,
          w.outputHeight * w.outputWidth * weights.rows,
          (from, to) =>
            `${name}(${rowsName}, &${window}, ${places.backwards ? 1 : 0}, ${places.input(0)}${from}, ${places.output(0)}${to});`,
        ),
      ),
  };
}

export function conv2dCompact(step: CStep<unknown, ConvInt8>): Emission {
  const constant = constantWeights(step.inputs);
  const rows = step.prepared.multipliers.length;
  return convolveCompact(step, step.prepared, { ...constant, rows, length: constant.weights.length / rows });
}

/** A convolution with a group for each channel of the input. */
export function depthwiseConv2dCompact(step: CStep<unknown, DepthwiseConvInt8>): Emission {
  const { type, weights, bias } = constantWeights(step.inputs);
  const rows = step.prepared.multipliers.length;
  const ordered = { type, weights: byChannel(weights, rows), rows, length: weights.length / rows, bias };
  return convolveCompact(step, { ...step.prepared, groups: step.prepared.inputDepth }, ordered);
}
