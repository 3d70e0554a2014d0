/**
 * Bias correction: rounding the weights shifts the mean of every output; the bias takes the shift back.
 * Source: Nagel et al. 2019, "Data-Free Quantization Through Weight Equalization and Bias Correction", section 4.2,
 * with the means that calibration measured.
 */

import type { QuantParams } from '../../core/quant-params.ts';
import { scaleOf } from './parameters.ts';

/**
 * bias + (weights − quantized weights) · E[input]. weights [units, depth]; `inputMeans` holds rows of `depth` elements,
 * which are averaged.
 */
export function correctBias(
  bias: Float32Array,
  weights: Float32Array,
  quantized: Int8Array,
  quant: QuantParams,
  inputMeans: Float64Array,
): Float32Array {
  const depth = weights.length / bias.length;
  const rows = Math.floor(inputMeans.length / depth);
  const means = Float64Array.from({ length: depth }, (_, i) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += inputMeans[row * depth + i];
    return sum / rows;
  });
  return bias.map((value, unit) => {
    const scale = scaleOf(quant, unit);
    let shift = 0;
    for (let i = 0; i < depth; i++) {
      shift += (weights[unit * depth + i] - scale * quantized[unit * depth + i]) * means[i];
    }
    return value + shift;
  });
}
