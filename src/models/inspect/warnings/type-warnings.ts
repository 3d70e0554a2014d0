/** Of weights and activations in types that TensorFlow Lite Micro does not compute with. */

import { isHybrid, WEIGHTED_OPERATORS } from '../../../targets/tflm/limits/hybrid.ts';
import { forOperators, type Rule } from './model-warning.ts';

const RESTORE =
  '"tinyml convert" makes float32 weights of them: convert this file with --int8 --calibration x.npy, or with --float.';

const QUANTIZE_AGAIN =
  'Convert the float model with "tinyml convert --int8 --calibration x.npy", which quantizes activations too.';

export const hybrid: Rule = (facts) =>
  forOperators(facts, isHybrid, (places) => ({
    code: 'hybrid',
    message: `Float activations meet integer weights in ${places} ("dynamic range quantization"); TensorFlow Lite Micro refuses that.`,
    hint: RESTORE,
  }));

export const float16: Rule = (facts) =>
  forOperators(
    facts,
    ({ operator, inputs }) => operator.name === 'DEQUANTIZE' && inputs[0]?.dtype === 'float16',
    (places) => ({
      code: 'float16',
      message: `The weights are float16, made float again by ${places}; TensorFlow Lite Micro refuses that.`,
      hint: RESTORE,
    }),
  );

export const unsigned: Rule = (facts) =>
  forOperators(
    facts,
    ({ operator, inputs }) => WEIGHTED_OPERATORS.has(operator.name) && inputs[0]?.dtype === 'uint8',
    (places) => ({
      code: 'uint8',
      message: `The activations of ${places} are uint8, the quantization of TensorFlow 1; TensorFlow Lite Micro refuses that.`,
      hint: QUANTIZE_AGAIN,
    }),
  );
