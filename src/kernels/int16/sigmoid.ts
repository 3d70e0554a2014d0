/**
 * Sigmoid and tanh of int16 (tflite-micro 90b983c, `reference_integer_ops::Logistic` and `Tanh`): 256 points of the sigmoid
 * and straight lines between them. Results have 15 fractional bits.
 */

/** Points for each unit of x. */
const DENSITY = 24;
const POINTS = 256;
const ONE = 65536;

/** Sigmoid(i / 24) in 16 bits, raised by half of what the line to the next point lies too low in its middle. */
function makeTable(): Uint16Array {
  const at = (i: number): number => ONE / (1 + Math.exp(-i / DENSITY));
  const table = Uint16Array.from({ length: POINTS }, (_, i) => {
    const tooLow = at(i + 0.5) - (at(i) + at(i + 1)) / 2;
    return Math.round(at(i) + tooLow / 2);
  });
  table[POINTS - 1] = ONE - 1;
  return table;
}

/** The sigmoid at its 256 points, as `makeTable` raises them. */
export const SIGMOID_POINTS: Uint16Array = makeTable();

/** How a value becomes 512ths (for a sigmoid) or 256ths (for a tanh) of the distance between two points. */
export interface Int16Argument {
  readonly multiplier: number;
  readonly rightShift: number;
}

/** Of values with a scale of 2^power, −27 to 2: 3 · 2^(power + 12) for each step, without a sum leaving 32 bits. */
export function argumentOfPower(power: number): Int16Argument {
  const shift = power + 12;
  return shift < 0 ? { multiplier: 3, rightShift: -shift } : { multiplier: 3 << shift, rightShift: 0 };
}

function scaled({ multiplier, rightShift }: Int16Argument, value: number): number {
  const round = rightShift > 0 ? 1 << (rightShift - 1) : 0;
  return (value * multiplier + round) >> rightShift;
}

/** Between two points of the table, in steps of 2^-bits of a point; undefined beyond the last one. */
function interpolated(argument: number, bits: number): number | undefined {
  const index = argument >>> bits;
  if (index >= POINTS - 1) return undefined;
  const fraction = argument & ((1 << bits) - 1);
  return (SIGMOID_POINTS[index] << bits) + fraction * (SIGMOID_POINTS[index + 1] - SIGMOID_POINTS[index]);
}

export function sigmoidInt16(argument: Int16Argument, value: number): number {
  const x = scaled(argument, value);
  const result = interpolated(Math.abs(x), 9) ?? 0x7fff << 10;
  return (x >= 0 ? result + 512 : (1 << 25) - result + 511) >> 10;
}

/** 2 · sigmoid(2x) − 1. */
export function tanhInt16(argument: Int16Argument, value: number): number {
  const x = scaled(argument, value);
  const result = interpolated(Math.abs(x), 8) ?? 0xffff << 8;
  return (x >= 0 ? result - (1 << 23) + 128 : -result + (1 << 23) + 127) >> 8;
}
