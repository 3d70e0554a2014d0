/** Sound as int16, as recordings have it. */

/**
 * Values from −1 up to 1 times 2^15, rounded, ties away from zero, at most 32767.
 * @returns whether a value was no number; it counts as 0.
 */
export function int16Samples(values: Float32Array, at: number, into: Int16Array): boolean {
  let missing = false;
  for (let i = 0; i < into.length; i++) {
    const scaled = values[at + i] * 32768;
    // Both are exact in doubles: rounding is the cutting alone.
    const rounded = Math.trunc(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    if (Number.isNaN(rounded)) missing = true;
    into[i] = Number.isNaN(rounded) ? 0 : Math.max(-32768, Math.min(32767, rounded));
  }
  return missing;
}
