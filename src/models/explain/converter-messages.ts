/** What TensorFlow's own converter and interpreter print in Python, before any chip is involved. */

import type { Explanation, KnownMessage } from './known-message.ts';

const FROM_KERAS =
  'Save the Keras model (model.save("model.keras")) and let tinyml convert it: tinyml convert model.keras --int8 --calibration inputs.npy -o model.tflite.';

function says(cause: string, cure: string): () => Explanation {
  return () => ({ cause, cure });
}

export const CONVERTER_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'flex-operators',
    title: 'The model uses operators that only TensorFlow has',
    pattern:
      /(?:Some ops are not supported by the native TFLite runtime|'tf\.TensorList\w{1,40}' op requires element_shape to be static|Flex ops?: \w{1,60})/,
    example:
      "error: failed while converting: 'main': Some ops are not supported by the native TFLite runtime, you can enable TF kernels fallback using TF Select.",
    explain: says(
      'The converter found operators without a TensorFlow Lite kernel, as recurrent layers (LSTM, GRU) with a free batch or a loop make them. SELECT_TF_OPS only moves the failure to the chip, which has none of them.',
      'Give the recurrent layer unroll=True, or the model a fixed batch size of 1 (keras.Input(batch_shape=(1, …))), and convert it again.',
    ),
  },
  {
    id: 'quantization-not-supported',
    title: 'The converter does not quantize an operator',
    pattern: /Quantization not yet supported for op: '?(?<operator>\w{1,60})'?/,
    example: "RuntimeError: Quantization not yet supported for op: 'CUSTOM'.",
    explain: ({ operator }) => ({
      cause: `TensorFlow's quantizer knows no int8 form of ${operator}: a TensorFlow operator (SELECT_TF_OPS), a custom one, or one that is new.`,
      cure: `Replace the layer that makes it. ${FROM_KERAS}`,
    }),
  },
  {
    id: 'set-tensor-type',
    title: 'The input is given in another type than the model has',
    pattern: /Cannot set tensor: Got value of type (?<got>\w{1,16}) but expected type (?<wanted>\w{1,16})/,
    example: 'ValueError: Cannot set tensor: Got value of type FLOAT32 but expected type INT8 for input 0',
    explain: ({ got, wanted }) => ({
      cause: `The model's input is ${wanted}, and the program gave ${got}. Integers stand for real values: q = round(real / scale) + zero point.`,
      cure: 'Quantize the values with the scale and zero point of the input (tinyml inspect MODEL shows them), or let tinyml do it: tinyml predict MODEL --input inputs.npy takes real values.',
    }),
  },
  {
    id: 'detection-post-process',
    title: 'The model ends in an operator that only one task has',
    pattern: /TFLite_Detection_PostProcess/,
    example: 'TFLite_Detection_PostProcess',
    explain: says(
      'Object detectors end in this custom operator. TensorFlow Lite Micro has it, under a registration of its own; tinyml does not compute it.',
      'Register it with resolver.AddDetectionPostprocess(), or cut the model before it and do the selection of boxes in the program.',
    ),
  },
];
