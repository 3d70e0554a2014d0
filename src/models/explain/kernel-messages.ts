/** Kernels that refuse what the model asks of them: types, quantization, shapes. */

import { counted } from '../../core/figure-text.ts';
import { convertToInt8, type Explanation, type Found, type KnownMessage, nameOf } from './known-message.ts';
import type { ModelHelp } from './model-help.ts';

function explainHybrid(_: Found, model: ModelHelp | undefined): Explanation {
  const where =
    model === undefined || model.hybrid.length === 0 ? '' : ` In ${model.name}: ${model.hybrid.join(', ')}.`;
  return {
    cause: `The weights are int8 but the activations are float: the model was converted with dynamic-range quantization, which TensorFlow Lite Micro does not run.${where}`,
    cure: `"tinyml convert" restores the float weights of the file itself: tinyml convert ${model?.name ?? 'MODEL'} --int8 --calibration inputs.npy -o model.tflite, or with --float.`,
  };
}

/** What the operator works on, where the model has it. */
function operatorText(kind: string, number: string, model: ModelHelp | undefined): string {
  const text = model?.describe(Number(number));
  if (model === undefined || text === undefined) return '';
  return text.startsWith(`${kind}:`)
    ? ` In ${model.name} it is ${text}.`
    : ` In ${model.name} number ${number} is ${text}: the program holds another model.`;
}

const SHARED_RANGE =
  'Convert the model again with tinyml, which gives such operators the parameters that the kernels ask for.';

const OPERATOR_FOLLOWS =
  'The next line names the operator and its number; look at its types, shapes and quantization with tinyml inspect.';

export const KERNEL_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'hybrid-model',
    title: 'The model is quantized in its weights only',
    pattern: /Hybrid models are not supported on TFLite Micro/,
    example: 'Hybrid models are not supported on TFLite Micro.',
    explain: explainHybrid,
  },
  {
    id: 'float-input-int-weights',
    title: 'The model is quantized in its weights only',
    pattern: /Input type: FLOAT32 with filter type: U?INT[48] not supported/,
    example: 'Input type: FLOAT32 with filter type: INT8 not supported.',
    explain: explainHybrid,
  },
  {
    id: 'input-output-types',
    title: 'A kernel refuses these types',
    pattern: /Input (?<input>[A-Z0-9]{1,16}), output (?<output>[A-Z0-9]{1,16}) not supported/,
    example: 'Input FLOAT32, output UINT8 not supported.',
    explain: ({ input, output }, model) => ({
      cause: `An operator that changes types (QUANTIZE, DEQUANTIZE, CAST) goes from ${input} to ${output}, and the library has no kernel for that pair.${[input, output].includes('UINT8') ? ' Kernels for uint8 are gone; inputs and outputs are int8 now.' : ''}`,
      cure: `${convertToInt8(model)} Its inputs and outputs are int8.`,
    }),
  },
  {
    id: 'type-not-supported',
    title: 'A kernel refuses a type',
    pattern:
      /(?:(?:Input |Output |Filter |Weight |Bias |Quantized |Current data )?[Tt]ype:? '?(?<type>FLOAT(?:16|32|64)|U?INT(?:4|8|16|32|64)|BOOL|STRING|NOTYPE|COMPLEX64)'?(?: \(\d{1,3}\))? (?:is )?(?:currently )?not (?:currently )?supported|[Uu]nsupported (?:tensor )?type (?<other>[A-Z0-9]{1,16}))/,
    example: 'Type INT8 (9) not supported.',
    explain({ type, other }, model) {
      const name = type ?? other;
      return {
        cause: `The kernel of an operator does not compute with ${name}; the line after it names the operator and its number.`,
        cure:
          name === 'UINT8'
            ? `Quantization to uint8 is the scheme of old converters. ${convertToInt8(model)}`
            : `Give the operator a type that the library computes with: int8 with all activations quantized, or float32. ${convertToInt8(model)}`,
      };
    },
  },
  {
    id: 'dense-per-channel',
    title: 'Dense weights have one scale per unit',
    pattern: /is_per_channel|per-channel quantization not yet supported/,
    example:
      'tensorflow/lite/micro/kernels/cmsis_nn/fully_connected.cc:116 !data->reference_op_data.is_per_channel || (data->reference_op_data.is_per_channel && input->type == kTfLiteInt8 && filter->type != kTfLiteInt4) was not true.',
    explain: () => ({
      cause: 'FULLY_CONNECTED has one weight scale per unit, and this kernel takes one for the whole layer.',
      cure: 'Write an int8 model anew with "tinyml convert --library arduino-tflm", which makes convolutions of such layers; quantize others, from the float model, to int8 with --no-dense-per-channel.',
    }),
  },
  {
    id: 'fixed-output-range',
    title: 'SOFTMAX, LOGISTIC or TANH has other output parameters than the kernel has',
    pattern:
      /(?:output->params\.(?:scale|zero_point) (?:==|!=) {1,2}(?:1\.f ?\/ ?\d{3,5}|kOutputScale|-?\d{1,5}|std::numeric_limits)|CheckedLog2\(output->params\.scale)/,
    example:
      'tensorflow/lite/micro/kernels/softmax_common.cc:104 output->params.scale == 1.f / 256 was not true.',
    explain: (_, model) => ({
      cause:
        'The kernels of SOFTMAX and LOGISTIC (scale 1/256, zero point -128), TANH (1/128, 0) and LOG_SOFTMAX (16/256, 127) have their output parameters built in; the model asks for others.',
      cure: `${SHARED_RANGE} tinyml inspect ${nameOf(model)} shows the parameters.`,
    }),
  },
  {
    id: 'shared-range',
    title: 'Input and output must have the same scale',
    pattern:
      /(?:scale_diff <= 1\.0?e-6|input\w{0,8}->params\.scale\)? (?:==|!=) (?:static_cast<double>\()?output\w{0,8}->params\.scale|scale_diff \/ output_scale <= 0\.02)/,
    example: 'tensorflow/lite/micro/kernels/pooling_common.cc:73 scale_diff <= 1.0e-6 was not true.',
    explain: () => ({
      cause:
        'An operator that only moves or selects values (pooling, CONCATENATION, PAD) must have the same scale and zero point on both sides, or a bias must have the product of the scales of input and weights; in the model they differ.',
      cure: SHARED_RANGE,
    }),
  },
  {
    id: 'dynamic-tensor',
    title: 'The shape of a tensor is not known beforehand',
    pattern: /has dynamic tensor #?(?<tensor>\d{1,9})|Dynamic tensors are not supported/,
    example: 'Op#0 (FULLY_CONNECTED) of subgraph 0 has dynamic tensor #3',
    explain: () => ({
      cause:
        'A tensor of the model has a shape that is known only when it runs; the chip plans its memory before.',
      cure: 'Build the model with a fixed batch size of 1 and fixed input shape, then convert it again.',
    }),
  },
  {
    id: 'node-failed-to-prepare',
    title: 'An operator refuses to run',
    pattern:
      /Node (?<operator>[A-Za-z0-9_]{1,64}) \(number (?<number>\d{1,6})f?\) failed to prepare with status \d{1,3}/,
    example: 'Node FULLY_CONNECTED (number 3) failed to prepare with status 1',
    consequence: true,
    explain: ({ operator = '', number = '' }, model) => ({
      cause: `${operator}, operator number ${number} counted from 0, refuses its types, shapes or quantization, or found no memory; the line before says what.${operatorText(operator, number, model)}`,
      cure: `Explain the line before. tinyml inspect ${nameOf(model)} shows the operator.`,
    }),
  },
  {
    id: 'node-failed-to-invoke',
    title: 'An operator failed while running',
    pattern:
      /Node (?<operator>[A-Za-z0-9_]{1,64}) \(number (?<number>\d{1,6})f?\) failed to invoke with status \d{1,3}/,
    example: 'Node QUANTIZE (number 0) failed to invoke with status 1',
    consequence: true,
    explain: ({ operator = '', number = '' }, model) => ({
      cause: `${operator}, operator number ${number} counted from 0, failed while it ran; the line before says what it refuses.${operatorText(operator, number, model)}`,
      cure: `Explain the line before. Without one, look at the types: tinyml inspect ${nameOf(model)}.`,
    }),
  },
  {
    id: 'feature-data-size',
    title: 'The program prepares another input than the model has',
    pattern: /Requested feature_data_ size (?<requested>\d{1,12}) doesn't match (?<expected>\d{1,12})/,
    example: "Requested feature_data_ size 536907080 doesn't match 1960",
    explain: ({ requested, expected }) => ({
      cause: `The speech example prepares ${counted(Number(expected), 'value')}, and the model's input was taken for ${requested}.${Number(requested) > 1e6 ? ' So large a number was read before AllocateTensors() or of a null tensor.' : ''}`,
      cure: 'Use the shape of the input after AllocateTensors() succeeded, and train with the same features as the program computes.',
    }),
  },
  {
    id: 'kernel-check-failed',
    title: 'A kernel refuses the model',
    pattern: /\b(?<file>\w{1,64})\.(?:cc|cpp|h):\d{1,6} (?<check>[^\n]{1,240}?) was not true/,
    example:
      'tensorflow/lite/micro/kernels/squeeze.cc:74 current >= 0 && current < input_num_dims was not true.',
    explain: ({ file, check }) => ({
      cause: `A condition of the kernel ${file} does not hold for this model: ${check}.`,
      cure: OPERATOR_FOLLOWS,
    }),
  },
  {
    id: 'kernel-values-differ',
    title: 'A kernel refuses the model',
    pattern:
      /\b(?<file>\w{1,64})\.(?:cc|cpp|h):\d{1,6} (?<check>[^\n]{1,240}?(?:==|!=)[^\n]{1,240}?) \((?<left>[\w.-]{1,24}) != (?<right>[\w.-]{1,24})\)/,
    example:
      'tensorflow/lite/micro/kernels/reshape_common.cc:78 num_input_elements != num_output_elements (32 != 31)',
    explain: ({ file, check, left, right }) => ({
      cause: `The kernel ${file} wants two values to be equal, and they are ${left} and ${right}: ${check}.`,
      cure: OPERATOR_FOLLOWS,
    }),
  },
  {
    id: 'kernel-refuses',
    title: 'A kernel refuses the model',
    pattern: /kernels[/\\](?:\w{1,32}[/\\]){0,3}(?<file>\w{1,64})\.(?:cc|cpp|h) (?<reason>[A-Z][^\n]{4,200})/,
    example: 'tensorflow/lite/micro/kernels/batch_to_space_nd.cc Output shape is wrong for these crops.',
    explain: ({ file, reason = '' }) => ({
      cause: `The kernel ${file} refuses the model: ${reason.trim().replace(/\.$/, '')}.`,
      cure: OPERATOR_FOLLOWS,
    }),
  },
  {
    id: 'offline-plan',
    title: 'The memory plan in the model is of another model',
    pattern:
      /Nbr of offline buffer offsets \((?<offsets>\d{1,9})\) in metadata not equal nbr tensors \((?<tensors>\d{1,9})\)/,
    example: 'Nbr of offline buffer offsets (5) in metadata not equal nbr tensors (4)',
    explain: ({ offsets, tensors }) => ({
      cause: `The file has a plan of its memory for ${counted(Number(offsets), 'tensor')} (metadata OfflineMemoryAllocation) and ${counted(Number(tensors), 'tensor')}: it was changed after it was planned.`,
      cure: 'Write the file without the plan: tinyml convert MODEL -o model.tflite; or plan it again with the tool that did.',
    }),
  },
  {
    id: 'assertion-failed',
    title: 'An assertion of the library failed',
    pattern: /[Aa]ssertion ["`](?<check>[^\n]{1,240}?)["'] failed/,
    example: "common.cc:105: Assertion `shift >= -31 && shift < 8' failed.",
    explain: ({ check }, model) => ({
      cause: `A value of the model is outside of what the arithmetic takes: ${check}. Mostly a scale is far too large or too small, after calibration with inputs that are not like the real ones.`,
      cure: `Look at the scales: tinyml inspect ${nameOf(model)}. Convert again with representative inputs. A build with NDEBUG hides the message and computes something else.`,
    }),
  },
];
