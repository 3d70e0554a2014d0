import { expect, it } from 'vitest';
import { perAxis, perTensor } from '../../src/core/quant-params.ts';
import { correctBias } from '../../src/passes/quantize/correct-bias.ts';

it('gives the bias what rounding took from the mean of every unit', () => {
  const weights = Float32Array.of(0.34, -0.26, 0.1, 0.5);
  const quantized = Int8Array.of(3, -3, 1, 5);
  const corrected = correctBias(
    Float32Array.of(1, 2),
    weights,
    quantized,
    perTensor(0.1, 0),
    Float64Array.of(10, 20),
  );
  // Unit 0: (0.34 − 0.3)·10 + (−0.26 + 0.3)·20 = 1.2; unit 1 has no error.
  expect(corrected[0]).toBeCloseTo(2.2, 5);
  expect(corrected[1]).toBeCloseTo(2, 5);
});

it('uses the scale of each unit, and the mean over rows', () => {
  const weights = Float32Array.of(0.34, 0.7);
  const quantized = Int8Array.of(3, 3);
  const means = Float64Array.of(8, 12); // two rows of depth 1
  const corrected = correctBias(new Float32Array(2), weights, quantized, perAxis(0, [0.1, 0.2]), means);
  expect(corrected[0]).toBeCloseTo(0.4, 5);
  expect(corrected[1]).toBeCloseTo(1, 5);
});
