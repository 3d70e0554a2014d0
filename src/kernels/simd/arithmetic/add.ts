import { elementCount } from '../../../core/tensor.ts';
import { isRepeated } from '../../broadcast.ts';
import { addTerms } from '../../int8/add.ts';
import type { AddQuantized } from '../../quantized/add.ts';
import { alikeChannels, int8ChannelConstants, int8Outputs } from '../int8-channels.ts';
import type { SimdPlan } from '../simd-plan.ts';

/** The sums of as many elements as are added up at a time. */
const SCRATCH_BYTES = 4 * 512;

/** From terms by value + 128 to terms by the byte of a value. */
function byByte(terms: Int32Array): Int32Array {
  return terms.map((_, byte) => terms[(byte + 128) & 255]);
}

/** Equal to `addInt8`; undefined where an operand is repeated. */
export function planAddInt8(p: AddQuantized): SimdPlan | undefined {
  const { counts, stepsA, stepsB } = p.broadcast;
  if (isRepeated(counts, stepsA) || isRepeated(counts, stepsB)) return undefined;
  const alike = alikeChannels(p, p.outputMultiplier);
  const length = elementCount(counts);
  return {
    constants: [
      Int32Array.from(int8Outputs(alike)),
      int8ChannelConstants({ ...alike, bias: undefined }).constants,
      byByte(addTerms(p.a, 1)),
      byByte(addTerms(p.b, p.signB)),
    ],
    scratchBytes: SCRATCH_BYTES,
    bind(
      { addInt8 },
      { inputs: [a, b], outputs: [output], scratch, constants: [outputs, channels, termsA, termsB] },
    ) {
      return () => addInt8(outputs, channels, termsA, termsB, length, scratch, a, b, output);
    },
  };
}
