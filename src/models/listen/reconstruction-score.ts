/** The score of an autoencoder's answer; `targets/firmware/streams/reconstruction-code.ts` has the twin in C. */

import { anomalyScore, scoresPerError } from '../../core/samples/anomaly-score.ts';
import { elementCount, type TensorData, type TensorType } from '../../core/tensor.ts';
import { fromTensor } from '../run/real-tensor.ts';
import { reconstructionErrors } from '../score/anomaly-scores.ts';

/**
 * Of what the model took, as it took it, and what it gave: a chip has no other sample any more. `threshold` is the mean squared
 * error of `THRESHOLD_SCORE`.
 */
export function reconstructionScorer(
  input: TensorType,
  output: TensorType,
  threshold: number,
): (taken: TensorData, given: TensorData) => number {
  const perError = scoresPerError(threshold);
  const [sample, reconstruction] = [input, output].map(({ shape }) => new Float32Array(elementCount(shape)));
  return (taken, given) => {
    fromTensor(input, taken, sample);
    fromTensor(output, given, reconstruction);
    return anomalyScore(reconstructionErrors(sample, reconstruction, 1)[0], perError);
  };
}
