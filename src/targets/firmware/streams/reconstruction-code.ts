/** How far a model is from giving its input again, in C: what `models/listen/reconstruction-score.ts` computes, with the same bits. */

import { MOST_SCORE, scoresPerError, THRESHOLD_SCORE } from '../../../core/samples/anomaly-score.ts';
import { floatLiteral } from '../c-literal.ts';
import { type FirmwareTensor, isStepped, type Stepped } from '../firmware.ts';
import type { StreamNames } from './stream-names.ts';

/** Scores lie in bytes, from here on. */
const SCORE_ZERO_POINT = -128;

/** How scores of classes, or of reconstructions, lie in bytes. */
export function scoreSteps(
  output: Stepped<FirmwareTensor>,
  threshold: number | undefined,
): { readonly scale: number; readonly zeroPoint: number } {
  return threshold === undefined ? output.quant : { scale: 1 / THRESHOLD_SCORE, zeroPoint: SCORE_ZERO_POINT };
}

/** Where the latest sample still is. */
export interface LatestSample {
  /** The ring has it as the model takes it; otherwise `sample` has it, in real numbers. */
  readonly inRing: boolean;
  /** Elements of the ring, and of a row. */
  readonly elements: number;
  readonly width: number;
}

function takenText(input: FirmwareTensor, { inRing }: LatestSample, { quantize }: StreamNames): string {
  const at = inRing ? 'stream->ring[at]' : 'stream->sample[i]';
  if (!isStepped(input)) return at;
  const { scale, zeroPoint } = input.quant;
  const steps = inRing ? at : `${quantize}(${at})`;
  return `(float)(${steps} - (${zeroPoint})) * ${floatLiteral(scale)}`;
}

/** `PREFIX_reconstruction`: a byte for the decision. */
export function reconstructionText(
  threshold: number,
  input: FirmwareTensor,
  output: Stepped<FirmwareTensor>,
  latest: LatestSample,
  names: StreamNames,
): string {
  const { prefix, macro } = names;
  const { scale, zeroPoint } = output.quant;
  const begin = latest.inRing ? `  uint32_t at = stream->next * ${latest.width}u;\n` : '';
  const next = latest.inRing ? `    at = at + 1u == ${latest.elements}u ? 0 : at + 1u;\n` : '';
  return `/*
 * How far the model is from giving the latest sample again, as a byte: ${macro}_ZERO_POINT and ${THRESHOLD_SCORE} for a mean squared error of
 * ${floatLiteral(threshold)}, above which a single sample is an anomaly.
 */
static inline int8_t ${prefix}_reconstruction(const struct ${prefix} *stream, const int8_t *given)
{
  float sum = 0.0f;
  float score;
${begin}
  for (uint32_t i = 0; i < ${output.length}u; i++) {
    /* Products of their own: a compiler may otherwise join one with what follows, and round once. */
    const volatile float taken = ${takenText(input, latest, names)};
    const volatile float value = (float)(given[i] - (${zeroPoint})) * ${floatLiteral(scale)};
    const float difference = taken - value;
    const volatile float square = difference * difference;

    sum += square;
${next}  }
  score = sum / ${output.length}.0f * ${floatLiteral(scoresPerError(threshold))};
  return (int8_t)((score < ${MOST_SCORE}.0f ? (int)score : ${MOST_SCORE}) + ${macro}_ZERO_POINT);
}

`;
}
