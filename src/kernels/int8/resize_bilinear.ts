import { type Bilinear, forEachNeighbourhood, type Interpolation, type ResizedAxis } from '../bilinear.ts';

/** Places and fractions are counted in 2^−10 of a pixel. */
export const ONE_PIXEL = 1024;

/** C's division. */
export function divide(a: number, b: number): number {
  return Math.trunc(a / b);
}

/** `ComputeInterpolationValuesInteger`. */
export function interpolationInt8(
  { from, to, scale }: ResizedAxis,
  halfPixelCenters: boolean,
): Interpolation {
  const offset = halfPixelCenters ? divide(scale, 2) - ONE_PIXEL / 2 : 0;
  const places = Array.from({ length: to }, (_, at) => at * scale + offset);
  const lower = Int32Array.from(places, (place) => Math.max(divide(place, ONE_PIXEL), 0));
  const upper = Int32Array.from(places, (place) =>
    Math.min(divide(place + ONE_PIXEL - 1, ONE_PIXEL), from - 1),
  );
  return { lower, upper, fraction: Int32Array.from(places, (place, at) => place - ONE_PIXEL * lower[at]) };
}

/** TFLM `reference_ops::ResizeBilinearInteger`: exact, then rounded half away from zero. */
export function resizeBilinearInt8(p: Bilinear): (input: Int8Array, output: Int8Array) => void {
  const rows = interpolationInt8(p.rows, p.halfPixelCenters);
  const columns = interpolationInt8(p.columns, p.halfPixelCenters);
  const [down, across] = [rows.fraction, columns.fraction];
  return (input, output) =>
    forEachNeighbourhood(p, rows, columns, (at, y, x, lowLow, highLow, lowHigh, highHigh) => {
      const left = input[lowLow] * (ONE_PIXEL - down[y]) + input[highLow] * down[y];
      const right = input[lowHigh] * (ONE_PIXEL - down[y]) + input[highHigh] * down[y];
      const mixed = left * (ONE_PIXEL - across[x]) + right * across[x];
      const half = mixed > 0 ? 2 ** 19 : -(2 ** 19);
      output[at] = Math.trunc((mixed + half) / 2 ** 20);
    });
}
