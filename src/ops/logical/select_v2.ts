import { operandSteps } from '../../kernels/broadcast.ts';
import { type Select, selectElements } from '../../kernels/select.ts';
import { broadcastShape, requireDType, requireSameDType } from '../conditions.ts';
import { defineOp } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { noAttributes, noMacs } from '../unary.ts';

/** x where the condition holds, else y. TFLM copies quantized values as they are and notices no difference of scales. */
export const selectV2 = defineOp({
  kind: 'select_v2',
  operands: ['condition', 'x', 'y'],
  attributes: noAttributes,
  quantRule: { rule: 'same-as-output' },
  traits: OPAQUE,
  infer: (_, [condition, x, y]) => [broadcastShape(broadcastShape(condition, x), y)],
  check(_, [condition, x, y], [output]) {
    requireDType('the condition', condition, 'bool');
    requireDType('what is chosen', x, 'float32', 'int8', 'int16');
    requireSameDType([x, y], output);
  },
  macs: noMacs,
  kernels: {
    bool: {
      prepare: (_, [condition, x, y], [{ shape }]): Select => ({
        counts: shape,
        condition: operandSteps(condition.shape, shape),
        x: operandSteps(x.shape, shape),
        y: operandSteps(y.shape, shape),
      }),
      build(prepared) {
        const select = selectElements(prepared);
        return {
          run(
            [condition, x, y]: readonly [Uint8Array, Int8Array, Int8Array],
            [output]: readonly [Int8Array],
          ) {
            select(condition, x, y, output);
          },
        };
      },
    },
  },
});
