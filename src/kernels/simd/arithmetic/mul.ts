/** Products of two int8 tensors, as `assembly/int8/mul.ts` has them. */

import type { MulInt8 } from '../../int8/mul.ts';
import { alikeChannels, int8ChannelConstants, int8Outputs } from '../int8-channels.ts';
import type { SimdPlan } from '../simd-plan.ts';
import { fixedOperands, loopFields, type Operand, operandAddresses, threeLoops } from './three-loops.ts';

/** The products of as many elements as are multiplied at a time. */
const SCRATCH_BYTES = 4 * 512;

/** Equal to `mulInt8`; undefined in short rows and intricate patterns. */
export function planMulInt8(p: MulInt8, operands: readonly Operand[]): SimdPlan | undefined {
  const loops = threeLoops(p.broadcast);
  if (loops === undefined || !operands.includes('computed')) return undefined;
  const alike = alikeChannels(p, p.multiplier);
  return {
    constants: [
      Int32Array.of(...int8Outputs(alike), p.zeroPointA, p.zeroPointB),
      loopFields(loops, 1),
      int8ChannelConstants({ ...alike, bias: undefined }).constants,
      ...fixedOperands(operands),
    ],
    scratchBytes: SCRATCH_BYTES,
    bind(
      { mulInt8 },
      { inputs, outputs: [output], scratch, constants: [settings, fields, ofAll, ...fixed] },
    ) {
      const [a, b] = operandAddresses(operands, inputs, fixed);
      return () => mulInt8(settings, fields, ofAll, scratch, a, b, output);
    },
  };
}
