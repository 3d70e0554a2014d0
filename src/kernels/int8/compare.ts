import { multiplyByQuantizedMultiplier, type QuantizedMultiplier } from '../../core/fixed-point.ts';
import { type Broadcast, broadcastIndex } from '../broadcast.ts';

/** One operand, on its way to steps of 1/256. */
export interface ComparedOperand {
  readonly zeroPoint: number;
  /** Its scale. */
  readonly multiplier: QuantizedMultiplier;
}

export interface CompareInt8 {
  readonly broadcast: Broadcast;
  readonly a: ComparedOperand;
  readonly b: ComparedOperand;
}

const LEFT_SHIFT = 8;

/** What the 256 values of an operand are compared as: real numbers in steps of 1/256. By value + 128. */
function steps({ zeroPoint, multiplier: { multiplier, shift } }: ComparedOperand): Int32Array {
  return Int32Array.from({ length: 256 }, (_, index) =>
    multiplyByQuantizedMultiplier((index - 128 - zeroPoint) << LEFT_SHIFT, multiplier, shift),
  );
}

/** output[i] = 1 where holds(a[i], b[i]), else 0, operands broadcast. TFLM `ComparisonWithScaling`. */
export function compareInt8(
  p: CompareInt8,
  holds: (a: number, b: number) => boolean,
): (a: Int8Array, b: Int8Array, output: Uint8Array) => void {
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  const [stepsA, stepsB] = [steps(p.a), steps(p.b)];
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      const left = stepsA[a[indexA === undefined ? i : indexA[i]] + 128];
      const right = stepsB[b[indexB === undefined ? i : indexB[i]] + 128];
      output[i] = holds(left, right) ? 1 : 0;
    }
  };
}
