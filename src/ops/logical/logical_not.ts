import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { UNARY, unaryLoop } from '../unary.ts';

export const logicalNot = defineOp({
  kind: 'logical_not',
  ...UNARY,
  quantRule: { rule: 'free' },
  traits: OPAQUE,
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
