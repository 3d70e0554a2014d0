import { castElements } from '../../kernels/cast.ts';
import { eachColumn } from '../columns.ts';
import { requireDType } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { inferUnary, noAttributes, noMacs, unaryLoop, unaryOperands } from '../unary.ts';

const kernel = {
  prepare: (): undefined => undefined,
  build: () => unaryLoop<Int8Array, Int8Array>(castElements),
};

/** Numbers as another type, whatever scale they may have; the type of the output says which. */
export const cast = defineOp({
  kind: 'cast',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'real' },
  traits: { ...OPAQUE, columns: eachColumn },
  infer: inferUnary,
  check(_, __, [output]) {
    requireDType('the output', output, 'float32', 'int8', 'int16', 'int32');
  },
  macs: noMacs,
  kernels: { float32: kernel, int8: kernel, int16: kernel, int32: kernel, bool: kernel },
});
