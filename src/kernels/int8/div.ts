import {
  highMul,
  oneOverOnePlus,
  type QuantizedMultiplier,
  roundingDivideByPowerOfTwo,
} from '../../core/fixed-point.ts';
import { type Broadcast, broadcastIndex } from '../broadcast.ts';
import { divisor } from '../divide.ts';
import { clamp, type Requantization } from './requantize.ts';

export interface DivInt8 extends Requantization {
  readonly broadcast: Broadcast;
  readonly zeroPointA: number;
  readonly zeroPointB: number;
  readonly multiplier: QuantizedMultiplier;
}

/** Bits that an int32 can be shifted to the left and stay what it is; `CountLeadingSignBits`. */
function headroomOf(x: number): number {
  return x === 0 ? 31 : Math.clz32(x < 0 ? ~x : x) - 1;
}

/** a / b · multiplier for b > 0: the inverse of b in [1/2, 1], and the shifts of all three factors at the end. */
function quotient(a: number, b: number, { multiplier, shift }: QuantizedMultiplier): number {
  const leadingZeros = Math.clz32(b);
  const inverse = oneOverOnePlus((b << leadingZeros) & 0x7fffffff);
  const headroom = headroomOf(a);
  const scaled = highMul(a << headroom, inverse);
  return roundingDivideByPowerOfTwo(highMul(scaled, multiplier), headroom + 31 - leadingZeros - shift);
}

/** TFLM `reference_ops::DivElementwise`, operands broadcast. */
export function divInt8(p: DivInt8): (a: Int8Array, b: Int8Array, output: Int8Array) => void {
  const { zeroPointA, zeroPointB, multiplier, outputZeroPoint, clampMin, clampMax } = p;
  const { a: indexA, b: indexB } = broadcastIndex(p.broadcast);
  return (a, b, output) => {
    for (let i = 0; i < output.length; i++) {
      const numerator = a[indexA === undefined ? i : indexA[i]] - zeroPointA;
      const denominator = divisor(b[indexB === undefined ? i : indexB[i]] - zeroPointB);
      const result =
        denominator < 0
          ? quotient(-numerator, -denominator, multiplier)
          : quotient(numerator, denominator, multiplier);
      output[i] = clamp(result + outputZeroPoint, clampMin, clampMax);
    }
  };
}
