/** The second factor of a product of matrices, which lies in memory as it was computed, in the order of the weights of a convolution. */

/** Elements from one column to the next, and along one. Of int16 less the zero point: [blocks of 16 columns, or 8, pairs, columns, 2]. */
export function packColumnsInt8(from: usize, columnStep: i32, step: i32, columns: i32, length: i32, zeroPoint: i32, to: usize): void {
  const padded = (columns + 7) & ~7;
  for (let first = 0; first < padded; first += 16) {
    const end = min(first + 16, padded);
    for (let i = 0; i < length; i += 2) {
      const isPair = i + 1 < length;
      for (let column = first; column < end; column++, to += 4) {
        let low = 0;
        let high = 0;
        if (column < columns) {
          const at = from + <usize>(column * columnStep + i * step);
          low = load<i8>(at) - zeroPoint;
          if (isPair) high = load<i8>(at + <usize>step) - zeroPoint;
        }
        store<i16>(to, <i16>low);
        store<i16>(to, <i16>high, 2);
      }
    }
  }
}

/** Of float32: [blocks of 8 columns, length, 8]. */
export function packColumnsFloat(from: usize, columnStep: i32, step: i32, columns: i32, length: i32, to: usize): void {
  for (let first = 0; first < columns; first += 8) {
    for (let i = 0; i < length; i++) {
      for (let column = first; column < first + 8; column++, to += 4) {
        store<f32>(to, column < columns ? load<f32>(from + (<usize>(column * columnStep + i * step) << 2)) : 0);
      }
    }
  }
}
