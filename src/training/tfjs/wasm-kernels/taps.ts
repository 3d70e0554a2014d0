/** The multiplications of a 2-D convolution, channels last, one call for all channels of an input and an output pixel. */

import type { backend_util } from '@tensorflow/tfjs-core';

/** Pixel indices count batch, rows and columns; `tap` counts rows and columns of the kernel. */
export type VisitTap = (inputPixel: number, outputPixel: number, tap: number) => void;

/** Visits every pair of an output pixel and an input pixel under its kernel; what lies in the padding is left out. */
export function forEachTap(info: backend_util.Conv2DInfo, visit: VisitTap): void {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = info;
  for (let outputRow = 0; outputRow < info.batchSize * outHeight; outputRow++) {
    const batch = Math.floor(outputRow / outHeight);
    const top = (outputRow - batch * outHeight) * info.strideHeight - info.padInfo.top;
    for (let kernelRow = 0; kernelRow < filterHeight; kernelRow++) {
      const row = top + kernelRow * info.dilationHeight;
      if (row < 0 || row >= inHeight) continue;
      const inputRow = batch * inHeight + row;
      for (let column = 0; column < outWidth; column++) {
        const left = column * info.strideWidth - info.padInfo.left;
        for (let kernelColumn = 0; kernelColumn < filterWidth; kernelColumn++) {
          const x = left + kernelColumn * info.dilationWidth;
          if (x < 0 || x >= inWidth) continue;
          visit(
            inputRow * inWidth + x,
            outputRow * outWidth + column,
            kernelRow * filterWidth + kernelColumn,
          );
        }
      }
    }
  }
}
