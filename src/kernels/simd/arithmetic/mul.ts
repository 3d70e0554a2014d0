/** Products of two int8 tensors, as `assembly/int8/mul.ts` has them. */

import type { Broadcast } from '../../broadcast.ts';
import type { MulInt8 } from '../../int8/mul.ts';
import { alikeChannels, int8ChannelConstants, int8Outputs } from '../int8-channels.ts';
import type { SimdPlan } from '../simd-plan.ts';

/** The products of as many elements as are multiplied at a time. */
const SCRATCH_BYTES = 4 * 512;
const LOOPS = 3;
/** Of shorter rows the way into each is what they cost. */
const LEAST_ROW = 8;

interface Loop {
  readonly count: number;
  readonly stepA: number;
  readonly stepB: number;
}

/** As few loops as go through the same elements, the last one innermost. */
function loopsOf({ counts, stepsA, stepsB }: Broadcast): Loop[] {
  const loops: Loop[] = [];
  for (const [axis, count] of counts.entries()) {
    if (count === 1) continue;
    const loop = { count, stepA: stepsA[axis], stepB: stepsB[axis] };
    const around = loops.at(-1);
    if (around?.stepA === count * loop.stepA && around.stepB === count * loop.stepB) {
      loops[loops.length - 1] = { ...loop, count: around.count * count };
    } else loops.push(loop);
  }
  return loops.length === 0 ? [{ count: 1, stepA: 1, stepB: 1 }] : loops;
}

/** Outer, middle and inner loop; undefined for more of them, and where neighbours are multiplied by one element or are few. */
function threeLoops(broadcast: Broadcast): readonly [Loop, Loop, Loop] | undefined {
  const loops = loopsOf(broadcast);
  const inner = loops[loops.length - 1];
  const isRow = inner.stepA === 1 && inner.stepB === 1;
  if (loops.length > LOOPS || !isRow || (loops.length > 1 && inner.count < LEAST_ROW)) return undefined;
  const once = { count: 1, stepA: 0, stepB: 0 };
  return [loops.at(-3) ?? once, loops.at(-2) ?? once, inner];
}

/** A value that the graph computes, or a constant. */
type Operand = Int8Array | 'computed';

/** Equal to `mulInt8`; undefined where single elements are repeated, and in small or intricate patterns. */
export function planMulInt8(p: MulInt8, a: Operand, b: Operand): SimdPlan | undefined {
  const loops = threeLoops(p.broadcast);
  if (loops === undefined) return undefined;
  const [outer, middle, inner] = loops;
  const alike = alikeChannels(p, p.multiplier);
  const settings = Int32Array.of(
    ...int8Outputs(alike),
    p.zeroPointA,
    p.zeroPointB,
    outer.count,
    middle.count,
    inner.count,
    outer.stepA,
    middle.stepA,
    outer.stepB,
    middle.stepB,
  );
  return {
    constants: [
      settings,
      int8ChannelConstants({ ...alike, bias: undefined }).constants,
      ...[a, b].flatMap((operand) => (operand === 'computed' ? [] : [operand])),
    ],
    scratchBytes: SCRATCH_BYTES,
    bind({ mulInt8 }, { inputs, outputs: [output], scratch, constants: [ofAll, channels, ...fixed] }) {
      const addresses = [...inputs];
      if (a !== 'computed') addresses.unshift(...fixed.splice(0, 1));
      if (b !== 'computed') addresses.push(...fixed);
      const [left, right] = addresses;
      return () => mulInt8(ofAll, channels, scratch, left, right, output);
    },
  };
}
