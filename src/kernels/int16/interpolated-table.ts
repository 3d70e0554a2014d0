/**
 * Functions of int16 values as 512 straight lines (tflite-micro 90b983c, `LUTPopulateInt16` and `LUTLookup` in
 * lite/kernels/internal/common.h).
 */

import { roundHalfAway } from '../../core/fixed-point.ts';
import { clamp } from '../int8/requantize.ts';

const LINES = 512;
const LEAST = -32768;
const LARGEST = 32767;
/** Between the least and the largest value. */
export const INT16_SPAN = LARGEST - LEAST;

const f = Math.fround;

/** 513 points; the last one ends the last line. */
export type InterpolatedTable = Int16Array;

export interface TabulatedFunction {
  /** For each step of a value, in float32. */
  readonly inputScale: number;
  readonly inputZeroPoint: number;
  readonly outputScale: number;
  /** One real number in float32. */
  readonly compute: (x: number) => number;
}

/** Points of the function, each lowered or raised by half of what the middle of the line behind it is off. All in float32, as TFLM. */
export function interpolatedTable(p: TabulatedFunction): InterpolatedTable {
  const inputAt = (value: number): number => f(p.inputScale * (value - p.inputZeroPoint));
  const [inputMin, inputMax] = [inputAt(LEAST), inputAt(LARGEST)];
  const outputSpan = f(f(p.outputScale * LARGEST) - f(p.outputScale * LEAST));
  const perReal = f((INT16_SPAN + 1) / outputSpan);
  const step = f(f(inputMax - inputMin) / LINES);
  const inSteps = (x: number): number => f(p.compute(x) * perReal);
  const place = (i: number): number => f(inputMin + f(i * step));
  const table = new Int16Array(LINES + 1);
  for (let i = 0; i < LINES; i++) {
    const point = roundHalfAway(inSteps(place(i)));
    const middleOfLine = roundHalfAway(f(f(inSteps(place(i + 1)) + point) / 2));
    const middle = roundHalfAway(inSteps(f(place(i) + f(step / 2))));
    const bias = roundHalfAway(f((middleOfLine - middle) / 2));
    table[i] = clamp(point - bias, LEAST, LARGEST);
  }
  table[LINES] = clamp(roundHalfAway(inSteps(inputMax)), LEAST, LARGEST);
  return table;
}

/** The function of one int16 value: the point below it, and the line from there. */
export function interpolate(table: InterpolatedTable, value: number): number {
  const index = 256 + (value >> 7);
  const slope = table[index + 1] - table[index];
  return table[index] + ((slope * (value & 127) + 64) >> 7);
}
