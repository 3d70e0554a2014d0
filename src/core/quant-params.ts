/** Affine quantization: real = scale · (quantized − zeroPoint). Scales are float32, as `.tflite` stores them. */

export interface PerTensorQuant {
  readonly scheme: 'per-tensor';
  readonly scale: number;
  readonly zeroPoint: number;
}

/** One scale for each index along `axis`; zero points are 0 by specification. */
export interface PerAxisQuant {
  readonly scheme: 'per-axis';
  readonly axis: number;
  readonly scales: Float32Array;
}

/** How a tensor's stored integers stand for real numbers. */
export type QuantParams = PerTensorQuant | PerAxisQuant;

export function perTensor(scale: number, zeroPoint: number): PerTensorQuant {
  return { scheme: 'per-tensor', scale: Math.fround(scale), zeroPoint };
}

export function perAxis(axis: number, scales: ArrayLike<number>): PerAxisQuant {
  return { scheme: 'per-axis', axis, scales: Float32Array.from(scales) };
}

export function sameQuant(a: QuantParams | undefined, b: QuantParams | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.scheme === 'per-tensor') {
    return b.scheme === 'per-tensor' && a.scale === b.scale && a.zeroPoint === b.zeroPoint;
  }
  return (
    b.scheme === 'per-axis' &&
    a.axis === b.axis &&
    a.scales.length === b.scales.length &&
    a.scales.every((scale, index) => scale === b.scales[index])
  );
}
