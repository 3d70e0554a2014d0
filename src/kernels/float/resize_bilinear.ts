import { type Bilinear, forEachNeighbourhood } from '../bilinear.ts';

/** TFLM `reference_ops::ResizeBilinear`. */
export function resizeBilinearFloat(p: Bilinear, input: Float32Array, output: Float32Array): void {
  const { fraction: down } = p.rows;
  const { fraction: across } = p.columns;
  forEachNeighbourhood(p, (at, y, x, lowLow, highLow, lowHigh, highHigh) => {
    const left = input[lowLow] * (1 - down[y]) + input[highLow] * down[y];
    const right = input[lowHigh] * (1 - down[y]) + input[highHigh] * down[y];
    output[at] = left * (1 - across[x]) + right * across[x];
  });
}
