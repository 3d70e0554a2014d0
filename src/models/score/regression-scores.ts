/** How far predictions are from what was measured. */

export interface RegressionScores {
  readonly mse: number;
  readonly mae: number;
  readonly rmse: number;
  /** 1 − squared error / squared distance of the targets from their mean; absent where all targets are equal. */
  readonly r2?: number;
  /** The largest distance. */
  readonly maxError: number;
}

/** Arrays of equal length: of all targets together. */
export function regressionScores(predictions: Float32Array, targets: Float32Array): RegressionScores {
  const count = targets.length;
  let [squares, distances, maxError, sum] = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const error = Math.abs(predictions[i] - targets[i]);
    squares += error ** 2;
    distances += error;
    if (error > maxError) maxError = error;
    sum += targets[i];
  }
  let spread = 0;
  for (let i = 0; i < count; i++) spread += (targets[i] - sum / count) ** 2;
  const equal = targets.every((target) => target === targets[0]);
  return {
    mse: squares / count,
    mae: distances / count,
    rmse: Math.sqrt(squares / count),
    ...(equal ? {} : { r2: 1 - squares / spread }),
    maxError,
  };
}
