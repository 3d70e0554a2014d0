/** `Sqrt64` of TensorFlow Lite Micro. */

/**
 * The square root of an integer below 2^53, rounded to the nearest. TFLM's shortcut for numbers of 32 bits does not round
 * beyond 65535, which is seen from 65535.5² on.
 */
export function squareRoot(x: number): number {
  // Math.sqrt is rounded correctly, so that only its whole part can be one too many; both squares are exact.
  let root = Math.floor(Math.sqrt(x));
  if (root * root > x) root--;
  const isShort = x < 2 ** 32;
  return x - root * root > root && !(isShort && root === 0xffff) ? root + 1 : root;
}
