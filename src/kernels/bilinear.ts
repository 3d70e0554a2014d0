/** The neighbours that bilinear interpolation mixes, along one axis and for whole images. */

/** Output pixel i lies between input pixels lower[i] and upper[i], `fraction[i]` above the lower one. */
export interface Interpolation {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  /** float32, or int32 in 2^−10. */
  readonly fraction: Float32Array | Int32Array;
}

/** One axis of an image that changes its size. */
export interface ResizedAxis {
  /** Pixels. */
  readonly from: number;
  readonly to: number;
  /** Input pixels from one output pixel to the next: a float32, or an int32 in 2^−10. */
  readonly scale: number;
}

export interface Bilinear {
  readonly batches: number;
  readonly channels: number;
  readonly rows: ResizedAxis;
  readonly columns: ResizedAxis;
  readonly halfPixelCenters: boolean;
}

/** Calls `pixel` for every output element in order, with the positions of its four neighbours. */
export function forEachNeighbourhood(
  { batches, channels, rows: { from: inputHeight }, columns: { from: inputWidth } }: Bilinear,
  rows: Interpolation,
  columns: Interpolation,
  pixel: (
    at: number,
    y: number,
    x: number,
    lowLow: number,
    highLow: number,
    lowHigh: number,
    highHigh: number,
  ) => void,
): void {
  let at = 0;
  for (let batch = 0; batch < batches; batch++) {
    for (let y = 0; y < rows.lower.length; y++) {
      const low = (batch * inputHeight + rows.lower[y]) * inputWidth;
      const high = (batch * inputHeight + rows.upper[y]) * inputWidth;
      for (let x = 0; x < columns.lower.length; x++) {
        const left = columns.lower[x];
        const right = columns.upper[x];
        for (let c = 0; c < channels; c++) {
          pixel(
            at++,
            y,
            x,
            (low + left) * channels + c,
            (high + left) * channels + c,
            (low + right) * channels + c,
            (high + right) * channels + c,
          );
        }
      }
    }
  }
}
