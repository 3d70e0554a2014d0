import { type Bilinear, forEachNeighbourhood } from '../bilinear.ts';

/** Fractions are counted in 2^−10 of a pixel. */
export const ONE_PIXEL = 1024;

/** TFLM `reference_ops::ResizeBilinearInteger`: exact, then rounded half away from zero. */
export function resizeBilinearInt8(p: Bilinear, input: Int8Array, output: Int8Array): void {
  const { fraction: down } = p.rows;
  const { fraction: across } = p.columns;
  forEachNeighbourhood(p, (at, y, x, lowLow, highLow, lowHigh, highHigh) => {
    const left = input[lowLow] * (ONE_PIXEL - down[y]) + input[highLow] * down[y];
    const right = input[lowHigh] * (ONE_PIXEL - down[y]) + input[highHigh] * down[y];
    const mixed = left * (ONE_PIXEL - across[x]) + right * across[x];
    const half = mixed > 0 ? 2 ** 19 : -(2 ** 19);
    output[at] = Math.trunc((mixed + half) / 2 ** 20);
  });
}
