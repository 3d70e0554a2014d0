import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { checkUnary, inferUnary, noAttributes, noMacs, unaryLoop, unaryOperands } from '../unary.ts';

export const logicalNot = defineOp({
  kind: 'logical_not',
  operands: unaryOperands,
  attributes: noAttributes,
  quantRule: { rule: 'free' },
  traits: OPAQUE,
  infer: inferUnary,
  check: checkUnary,
  macs: noMacs,
  kernels: {
    bool: {
      prepare: () => undefined,
      build: () =>
        unaryLoop<Uint8Array, Uint8Array>((input, output) => {
          for (let i = 0; i < output.length; i++) output[i] = input[i] === 0 ? 1 : 0;
        }),
    },
  },
});
