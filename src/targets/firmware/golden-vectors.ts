/** `golden_vectors`: inputs, and the outputs that the chip must give for them. */

import { chained, floatBitsLiteral, floatLiteral, LINE_WIDTH, literalLines } from './c-literal.ts';
import {
  type Firmware,
  type FirmwareFile,
  type GoldenVector,
  isProven,
  isReal,
  isStepped,
  vectorBytes,
} from './firmware.ts';
import { cType, dequantized } from './model-io.ts';
import { type NamedTensor, namedInputs, namedOutputs } from './names.ts';
import { selfTestModel } from './self-test-line.ts';
import { commentLines, generatedNotice, type SourceExtension } from './source-file.ts';

/** float32 outputs are kept as their bits, which is what is compared. */
function storedType(role: 'input' | 'output', { element }: NamedTensor): string {
  return role === 'output' && element === 'float32' ? 'uint32_t' : cType(element);
}

function declaration(role: 'input' | 'output', tensor: NamedTensor): string {
  return `const ${storedType(role, tensor)} ${tensor.golden}[kVectorCount][${tensor.constant}Length]`;
}

function literalOf(role: 'input' | 'output', { element }: NamedTensor): (value: number) => string {
  if (element === 'float32') return role === 'output' ? floatBitsLiteral : floatLiteral;
  return element === 'bool' ? (value) => String(value !== 0) : String;
}

/** One by one: a record may have a million elements. */
function* literals(data: ArrayLike<number | bigint>, literal: (value: number) => string): Iterable<string> {
  for (let i = 0; i < data.length; i++) yield literal(Number(data[i]));
}

/** One row of a table of vectors, on a line of its own where it fits. */
export function vectorRow(
  data: ArrayLike<number | bigint>,
  literal: (value: number) => string,
  indent: string,
): string {
  const line =
    data.length > LINE_WIDTH ? undefined : `${indent}{${[...literals(data, literal)].join(', ')}},\n`;
  if (line !== undefined && line.length <= LINE_WIDTH) return line;
  return `${indent}{\n${literalLines(literals(data, literal), indent + indent)}${indent}},\n`;
}

function definition(role: 'input' | 'output', tensor: NamedTensor, vectors: readonly GoldenVector[]): string {
  const key = role === 'input' ? 'inputs' : 'outputs';
  const rows = vectors.map((vector) => vectorRow(vector[key][tensor.index], literalOf(role, tensor), '    '));
  return `${declaration(role, tensor)} = {\n${chained(rows)}};\n`;
}

/** How a stored input becomes what the application would have measured: the inverse of model_io. */
function sampleValueBody(firmware: Firmware, input: NamedTensor): string {
  const stored = `${input.golden}[vector][index]`;
  const real = isStepped(input) ? dequantized(input, stored) : stored;
  if (firmware.normalization === undefined || !isReal(input)) return `  return ${real};\n`;
  return `  const float value = ${real};
  const int channel = index % kNormalizationChannels;
  return value / kNormalizationScale[channel] + kNormalizationOffset[channel];
`;
}

/** The C++ type of an element in the units of the application. */
export function sampleType(input: NamedTensor): string {
  return isReal(input) ? 'float' : cType(input.element);
}

function sampleSignature(input: NamedTensor): string {
  return `${sampleType(input)} sample_${input.variable}(int vector, int index)`;
}

const PROVEN_TITLE = 'Inputs, and the outputs that the model must give for them.';
const UNPROVEN_TITLE = 'Inputs to try the model with; nothing says what it must give for them.';

function titleOf(firmware: Firmware): string {
  return isProven(firmware) ? PROVEN_TITLE : UNPROVEN_TITLE;
}

/** What the vectors have outputs for. */
function expectedOutputs(firmware: Firmware): NamedTensor[] {
  return isProven(firmware) ? namedOutputs(firmware) : [];
}

function originLines(firmware: Firmware): string[] {
  if (!isProven(firmware)) {
    return [
      `Inputs: ${firmware.vectorSource}. tinyml does not know every output value of this`,
      'model, so there are no outputs to compare with.',
    ];
  }
  const bits = namedOutputs(firmware).some(({ element }) => element === 'float32');
  return [
    `Inputs: ${firmware.vectorSource}. Outputs: computed by tinyml, which computes`,
    `what TensorFlow Lite Micro computes.${bits ? ' Float outputs are stored as their bits.' : ''}`,
  ];
}

function headerText(firmware: Firmware): string {
  const inputs = namedInputs(firmware);
  const outputs = expectedOutputs(firmware);
  const arrays = [
    ...inputs.map((tensor) => `extern ${declaration('input', tensor)};\n`),
    ...outputs.map((tensor) => `extern ${declaration('output', tensor)};\n`),
  ];
  return `${generatedNotice(titleOf(firmware))}
#ifndef GOLDEN_VECTORS_H_
#define GOLDEN_VECTORS_H_

#include <cstdint>

#include "model_settings.h"

// The first digits of the model's sha256: these vectors belong to no other model.
constexpr const char* kModelDigest = "${selfTestModel(firmware.digest)}";

${commentLines([
  ...originLines(firmware),
  `In flash: ${vectorBytes(firmware)} bytes.`,
])}constexpr int kVectorCount = ${firmware.vectors.length};
${arrays.join('')}
// Element \`index\` of a stored input, in the units of the application: the model's own reading of it, undone.
${inputs.map((tensor) => `${sampleSignature(tensor)};\n`).join('')}
#endif  // GOLDEN_VECTORS_H_
`;
}

export function goldenVectorFiles(firmware: Firmware, extension: SourceExtension): FirmwareFile[] {
  const inputs = namedInputs(firmware);
  const arrays = [
    ...inputs.map((tensor) => definition('input', tensor, firmware.vectors)),
    ...expectedOutputs(firmware).map((tensor) => definition('output', tensor, firmware.vectors)),
  ];
  const samples = inputs.map(
    (tensor) => `${sampleSignature(tensor)} {\n${sampleValueBody(firmware, tensor)}}\n`,
  );
  return [
    { path: 'golden_vectors.h', text: headerText(firmware) },
    {
      path: `golden_vectors.${extension}`,
      text: `${generatedNotice(titleOf(firmware))}
#include "golden_vectors.h"

${chained([...arrays, ...samples].map((text, index) => (index === 0 ? text : `\n${text}`)))}`,
    },
  ];
}
