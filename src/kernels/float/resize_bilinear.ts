import { type Bilinear, forEachNeighbourhood, type Interpolation, type ResizedAxis } from '../bilinear.ts';

const f = Math.fround;

/** `ComputeInterpolationValues`, in float32. */
export function interpolationFloat(
  { from, to, scale }: ResizedAxis,
  halfPixelCenters: boolean,
): Interpolation {
  const places = Array.from({ length: to }, (_, at) =>
    halfPixelCenters ? f(f((at + 0.5) * scale) - 0.5) : f(at * scale),
  );
  const lower = Int32Array.from(places, (place) => Math.max(Math.floor(place), 0));
  const upper = Int32Array.from(places, (place) => Math.min(Math.ceil(place), from - 1));
  return { lower, upper, fraction: Float32Array.from(places, (place, at) => place - lower[at]) };
}

/** TFLM `reference_ops::ResizeBilinear`. */
export function resizeBilinearFloat(p: Bilinear): (input: Float32Array, output: Float32Array) => void {
  const rows = interpolationFloat(p.rows, p.halfPixelCenters);
  const columns = interpolationFloat(p.columns, p.halfPixelCenters);
  const [down, across] = [rows.fraction, columns.fraction];
  return (input, output) =>
    forEachNeighbourhood(p, rows, columns, (at, y, x, lowLow, highLow, lowHigh, highHigh) => {
      const left = input[lowLow] * (1 - down[y]) + input[highLow] * down[y];
      const right = input[lowHigh] * (1 - down[y]) + input[highHigh] * down[y];
      output[at] = left * (1 - across[x]) + right * across[x];
    });
}
