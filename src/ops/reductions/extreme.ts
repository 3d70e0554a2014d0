/** The largest or the least element along axes. */

import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noMacs, unaryOperands } from '../unary.ts';
import {
  checkReduced,
  checkSameScale,
  inferReduced,
  type ReduceLoop,
  reduceAttributes,
  reducedColumns,
  reduceKernel,
} from './reduce.ts';

/** int8 has no rescaling: elements are compared as they are. */
export function defineExtreme<const Kind extends string>(
  kind: Kind,
  float: ReduceLoop<Float32Array>,
  int8: ReduceLoop<Int8Array>,
) {
  return defineOp({
    kind,
    operands: unaryOperands,
    attributes: reduceAttributes,
    quantRule: { rule: 'same-as-input' },
    traits: { ...OPAQUE, columns: reducedColumns },
    infer: inferReduced,
    check: checkReduced,
    macs: noMacs,
    kernels: {
      float32: reduceKernel(float),
      int8: { check: checkSameScale, ...reduceKernel(int8) },
    },
  });
}
