/** `model_io`: between the numbers of the application and the bytes of the model, without a header of TFLM. */

import type { SteppedDType } from '../../core/tensor.ts';
import { type Firmware, type FirmwareFile, isStepped, type Stepped } from './firmware.ts';
import { type NamedTensor, namedInputs, namedOutputs } from './names.ts';
import { generatedNotice, type SourceExtension } from './source-file.ts';

/** A function: its declaration with a comment, and its definition. */
interface CFunction {
  readonly comment: string;
  readonly signature: string;
  readonly body: string;
}

const NORMALIZE: CFunction = {
  comment: 'The model was trained on normalized numbers. `index` counts the elements of the input.',
  signature: 'float normalize_input(float value, int index)',
  body: `  const int channel = index % kNormalizationChannels;
  const float centred = value - kNormalizationOffset[channel];
  return centred * kNormalizationScale[channel];
`,
};

/** The ends of a type as C++ has them. */
const C_LIMITS = {
  int8: { min: 'INT8_MIN', max: 'INT8_MAX' },
  uint8: { min: '0', max: 'UINT8_MAX' },
  int16: { min: 'INT16_MIN', max: 'INT16_MAX' },
  int32: { min: 'INT32_MIN', max: 'INT32_MAX' },
} as const satisfies Record<SteppedDType, { readonly min: string; readonly max: string }>;

/** The sums of steps and zero point fit in an int. */
function clampNarrow({ element, constant }: Stepped<NamedTensor>): string {
  const { min, max } = C_LIMITS[element];
  return `  // Clamped before the cast: C++ leaves undefined what becomes of a float beyond the range of int.
  if (steps <= static_cast<float>(${min} - ${constant}ZeroPoint)) return ${min};
  if (steps >= static_cast<float>(${max} - ${constant}ZeroPoint)) return ${max};
  return static_cast<${cType(element)}>(static_cast<int>(steps) + ${constant}ZeroPoint);
`;
}

/** They take more than 32 bits. */
function clampWide({ constant }: Stepped<NamedTensor>): string {
  return `  // Clamped before the cast: C++ leaves undefined what becomes of a float beyond the range of int64_t.
  if (steps <= -4294967296.0f) return INT32_MIN;
  if (steps >= 4294967296.0f) return INT32_MAX;
  const int64_t quantized = static_cast<int64_t>(steps) + ${constant}ZeroPoint;
  if (quantized < INT32_MIN) return INT32_MIN;
  if (quantized > INT32_MAX) return INT32_MAX;
  return static_cast<int32_t>(quantized);
`;
}

function quantizeFunction(input: Stepped<NamedTensor>): CFunction {
  const { element, constant, variable } = input;
  const type = cType(element);
  return {
    comment: `Rounds to the nearest step, halves away from zero; what is out of range becomes the nearest end of it,
// and what is no number the zero point.`,
    signature: `${type} quantize_${variable}(float value)`,
    body: `  const float steps = std::round(value / ${constant}Scale);
  if (std::isnan(steps)) return static_cast<${type}>(${constant}ZeroPoint);
${element === 'int32' ? clampWide(input) : clampNarrow(input)}`,
  };
}

/** The real number that `stored` stands for, as an expression. What an int32 may be takes more digits than a float has. */
export function dequantized({ element, constant }: Stepped<NamedTensor>, stored: string): string {
  if (element !== 'int32') return `static_cast<float>(${stored} - ${constant}ZeroPoint) * ${constant}Scale`;
  return `static_cast<float>((static_cast<double>(${stored}) - ${constant}ZeroPoint) * static_cast<double>(${constant}Scale))`;
}

function dequantizeFunction(output: Stepped<NamedTensor>): CFunction {
  const type = cType(output.element);
  const what = type === 'int8_t' || type === 'uint8_t' ? 'a byte' : 'a value';
  return {
    comment: `The real number that ${what} of the output stands for.`,
    signature: `float dequantize_${output.variable}(${type} value)`,
    body: `  return ${dequantized(output, 'value')};\n`,
  };
}

function argmaxFunction({ element }: NamedTensor): CFunction {
  const type = cType(element);
  return {
    comment:
      'Index of the largest value, the first of equal ones. It needs no dequantization: larger stays larger.',
    signature: `int argmax(const ${type}* values, int count)`,
    body: `  int largest = 0;
  for (int i = 1; i < count; ++i) {
    if (values[i] > values[largest]) largest = i;
  }
  return largest;
`,
  };
}

const ANOMALY: readonly CFunction[] = [
  {
    comment: 'A sum and the square of one more difference, rounded at every step as "tinyml evaluate" does.',
    signature: 'float add_squared_error(float sum, float value, float reconstruction)',
    body: `  // Products of their own: a compiler may otherwise join one with what follows, and round once.
  const volatile float given = reconstruction;
  const float difference = value - given;
  const volatile float square = difference * difference;
  return sum + square;
`,
  },
  {
    comment: 'Whether a mean squared error is that of a sample unlike everything normal.',
    signature: 'bool is_anomaly(float error)',
    body: '  return error > kAnomalyThreshold;\n',
  },
];

const C_TYPES = {
  int8: 'int8_t',
  uint8: 'uint8_t',
  int16: 'int16_t',
  int32: 'int32_t',
  float32: 'float',
  bool: 'bool',
} as const satisfies Record<NamedTensor['element'], string>;

/** The C++ type of an element. */
export function cType<Element extends NamedTensor['element']>(element: Element): (typeof C_TYPES)[Element] {
  return C_TYPES[element];
}

/** One for each type of an output whose largest value decides. */
function argmaxFunctions(firmware: Firmware): readonly CFunction[] {
  const deciding = namedOutputs(firmware).filter(
    ({ labels, length }, place) =>
      (labels !== undefined && length > 1) || (place === 0 && firmware.decision?.kind === 'argmax'),
  );
  return deciding
    .filter(({ element }, place) => deciding.findIndex((one) => one.element === element) === place)
    .map(argmaxFunction);
}

function functionsOf(firmware: Firmware): CFunction[] {
  const outputs = namedOutputs(firmware);
  return [
    ...(firmware.normalization === undefined ? [] : [NORMALIZE]),
    ...namedInputs(firmware)
      .filter((tensor) => isStepped(tensor))
      .map(quantizeFunction),
    ...outputs.filter((tensor) => isStepped(tensor)).map(dequantizeFunction),
    ...argmaxFunctions(firmware),
    ...(firmware.decision?.kind === 'anomaly' ? ANOMALY : []),
  ];
}

const PURPOSE = "Between real numbers and the model's inputs and outputs.";

/** No files where a model takes real numbers as they are and gives them so. */
export function modelIoFiles(firmware: Firmware, extension: SourceExtension): FirmwareFile[] {
  const functions = functionsOf(firmware);
  if (functions.length === 0) return [];
  const declarations = functions.map(({ comment, signature }) => `// ${comment}\n${signature};\n`);
  const definitions = functions.map(({ signature, body }) => `${signature} {\n${body}}\n`);
  const rounds = functions.some(({ body }) => body.includes('std::round'));
  return [
    {
      path: 'model_io.h',
      text: `${generatedNotice(PURPOSE)}
#ifndef MODEL_IO_H_
#define MODEL_IO_H_

#include <cstdint>

${declarations.join('\n')}
#endif  // MODEL_IO_H_
`,
    },
    {
      path: `model_io.${extension}`,
      text: `${generatedNotice(PURPOSE)}
#include "model_io.h"
${rounds ? '\n#include <cmath>\n' : ''}
#include "model_settings.h"

${definitions.join('\n')}`,
    },
  ];
}
