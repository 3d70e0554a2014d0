import { addTerms } from '../../int8/add.ts';
import type { AddQuantized } from '../../quantized/add.ts';
import { alikeChannels, int8ChannelConstants, int8Outputs } from '../int8-channels.ts';
import type { SimdPlan } from '../simd-plan.ts';
import { fixedOperands, loopFields, type Operand, operandAddresses, threeLoops } from './three-loops.ts';

/** The sums of as many elements as are added up at a time. */
const SCRATCH_BYTES = 4 * 512;

/** From terms by value + 128 to terms by the byte of a value. */
function byByte(terms: Int32Array): Int32Array {
  return terms.map((_, byte) => terms[(byte + 128) & 255]);
}

/** Equal to `addInt8`; undefined in short rows and intricate patterns. */
export function planAddInt8(p: AddQuantized, operands: readonly Operand[]): SimdPlan | undefined {
  const loops = threeLoops(p.broadcast);
  if (loops === undefined || !operands.includes('computed')) return undefined;
  const alike = alikeChannels(p, p.outputMultiplier);
  return {
    constants: [
      Int32Array.from(int8Outputs(alike)),
      loopFields(loops, 1),
      int8ChannelConstants({ ...alike, bias: undefined }).constants,
      byByte(addTerms(p.a, 1)),
      byByte(addTerms(p.b, p.signB)),
      ...fixedOperands(operands),
    ],
    scratchBytes: SCRATCH_BYTES,
    bind(
      { addInt8 },
      {
        inputs,
        outputs: [output],
        scratch,
        constants: [outputs, fields, channels, termsA, termsB, ...fixed],
      },
    ) {
      const [a, b] = operandAddresses(operands, inputs, fixed);
      return () => addInt8(outputs, fields, channels, termsA, termsB, scratch, a, b, output);
    },
  };
}
