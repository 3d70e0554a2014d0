import { elementCount } from '../../../core/tensor.ts';
import type { SumQuantized } from '../../quantized/sum.ts';
import type { Reduced } from '../../reduce.ts';
import type { Window } from '../../window.ts';
import { planDepthwiseInt8 } from '../int8-depthwise.ts';
import type { SimdPlan } from '../simd-plan.ts';
import { CODES } from './float.ts';
import { loopFields, ONCE } from './three-loops.ts';

/** A tensor seen as [outer, rows, depth], of which the rows are added up; undefined where axes are not side by side. */
function rowsOf({ shape, axes }: Reduced): { outer: number; rows: number; depth: number } | undefined {
  const [first, end] = [axes[0], axes[axes.length - 1] + 1];
  if (end - first !== axes.length) return undefined;
  return {
    outer: elementCount(shape.slice(0, first)),
    rows: elementCount(shape.slice(first, end)),
    depth: elementCount(shape.slice(end)),
  };
}

/** Equal to `sumFloat` or `meanFloat`; undefined where single elements are added up. */
export function planSumFloat(kind: 'sum' | 'mean', of: Reduced): SimdPlan | undefined {
  const reduced = rowsOf(of);
  if (reduced === undefined || reduced.depth === 1) return undefined;
  const { outer, rows, depth } = reduced;
  const [length, bytes] = [outer * depth, Float32Array.BYTES_PER_ELEMENT];
  const loops = loopFields([ONCE, ONCE, { count: length, stepA: 1, stepB: 0 }], bytes);
  return {
    constants: [loops, Float32Array.of(rows)],
    scratchBytes: 0,
    bind({ clear, sumRows, pairsFloat }, { inputs: [input], outputs: [output], constants: [fields, by] }) {
      return () => {
        clear(output, length);
        for (let i = 0; i < outer; i++) {
          sumRows(input + i * rows * depth * bytes, depth, rows, depth, output + i * depth * bytes);
        }
        if (kind === 'mean') pairsFloat(CODES.div, fields, -Infinity, Infinity, output, by, output);
      };
    },
  };
}

function wholeColumns(batches: number, rows: number): Window {
  return {
    batches,
    inputHeight: rows,
    inputWidth: 1,
    outputHeight: 1,
    outputWidth: 1,
    filterHeight: rows,
    filterWidth: 1,
    strideHeight: 1,
    strideWidth: 1,
    dilationHeight: 1,
    dilationWidth: 1,
    padTop: 0,
    padLeft: 0,
  };
}

/** Equal to `sumQuantized` of int8: a window upon all rows, with weights of 1. Undefined where single elements are added up. */
export function planSumInt8(p: SumQuantized): SimdPlan | undefined {
  const reduced = rowsOf(p.reduced);
  if (reduced === undefined || reduced.depth === 1) return undefined;
  const { outer, rows, depth } = reduced;
  const { multiplier, shift } = p.multiplier;
  const channels = {
    multipliers: new Array<number>(depth).fill(multiplier),
    shifts: new Array<number>(depth).fill(shift),
    outputZeroPoint: p.outputZeroPoint,
    clampMin: p.clampMin,
    clampMax: p.clampMax,
    inputZeroPoint: p.zeroPoints / rows,
  };
  const window = wholeColumns(outer, rows);
  return planDepthwiseInt8(
    { ...channels, window, inputDepth: depth },
    new Int8Array(rows * depth).fill(1),
    undefined,
  );
}
