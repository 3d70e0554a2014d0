/** The last step of every int8 kernel with an int32 accumulator. */

export interface Requantization {
  readonly outputZeroPoint: number;
  readonly clampMin: number;
  readonly clampMax: number;
}

export function clamp(value: number, min: number, max: number): number {
  return value < min ? min : value > max ? max : value;
}
