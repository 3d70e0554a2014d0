/** `model_settings.h`: the model's constants, each with where it comes from. */

import { ALIGNMENT } from '../../core/alignment.ts';
import { formatShape } from '../../core/tensor.ts';
import { quoteForComment } from '../c-array/c-comment.ts';
import { floatLiteral, literalLines, stringLiteral } from './c-literal.ts';
import { type ArenaFigure, arenaBytes, type Decision, type Firmware, type FirmwareFile } from './firmware.ts';
import { buildTitle } from './libraries.ts';
import { type NamedTensor, namedInputs, namedOutputs } from './names.ts';
import { commentLines, generatedNotice } from './source-file.ts';

function arenaComment(figures: readonly ArenaFigure[]): string {
  const unknown = [...new Set(figures.flatMap(({ unknownOperators }) => unknownOperators))];
  return commentLines([
    unknown.length === 0
      ? 'The smallest arena with which AllocateTensors() and Invoke() succeed, computed for'
      : 'AT LEAST this many bytes: they are computed for',
    ...figures.map(({ target, bytes }) => `  ${buildTitle(target)}: ${bytes} bytes`),
    ...(unknown.length === 0
      ? [`The array must be ${ALIGNMENT}-byte aligned.`]
      : [
          `but without what these operators take, which is not known: ${unknown.map(quoteForComment).join(', ')}.`,
          `Enlarge it until AllocateTensors() succeeds. The array must be ${ALIGNMENT}-byte aligned.`,
        ]),
  ]);
}

function arenaText({ arena, hostArena }: Firmware): string {
  const constant = (figures: readonly ArenaFigure[]): string =>
    `${arenaComment(figures)}constexpr int kTensorArenaSize = ${arenaBytes(figures)};\n`;
  if (hostArena === undefined) return constant(arena);
  return `#if defined(__LP64__) || defined(_WIN64)\n${constant([hostArena])}#else\n${constant(arena)}#endif\n`;
}

function variablesText({ variables }: Firmware): string {
  if (variables === undefined) return '';
  return `
// Variables that the model keeps from one inference to the next; what they take is in the arena.
constexpr int kResourceVariableCount = ${variables.count};
`;
}

/** Of an output among several. */
function outputLabelsText({ labels, length, constant }: NamedTensor): string {
  if (labels === undefined) return '';
  const about =
    length > 1
      ? 'Its classes, in the order of its values: the largest one decides.'
      : 'Its classes: up to 0.5 the first, above it the second.';
  return `// ${about}
constexpr int ${constant}LabelCount = ${labels.length};
constexpr const char* ${constant}Labels[${constant}LabelCount] = {
${labels.map((label) => `    ${stringLiteral(label)},\n`).join('')}};
`;
}

function tensorText(role: string, { name, shape, length, element, quant, constant }: NamedTensor): string {
  const about = `// ${role} ${quoteForComment(name)}: ${element} ${formatShape(shape)}\n`;
  const size = `constexpr int ${constant}Length = ${length};\n`;
  if (quant === undefined) return about + size;
  return `${about}${size}// real = (quantized - zero point) * scale
constexpr float ${constant}Scale = ${floatLiteral(quant.scale)};
constexpr int ${constant}ZeroPoint = ${quant.zeroPoint};
`;
}

function normalizationText({ normalization }: Firmware): string {
  if (normalization === undefined) return '';
  const { offset, scale } = normalization;
  const array = (name: string, values: readonly number[]): string =>
    `constexpr float ${name}[kNormalizationChannels] = {\n${literalLines(values.map(floatLiteral), '    ')}};\n`;
  return `
// The model was trained on (x - offset) * scale, for each channel of the input's last axis.
constexpr int kNormalizationChannels = ${offset.length};
${array('kNormalizationOffset', offset)}${array('kNormalizationScale', scale)}`;
}

function thresholdText(threshold: number): string {
  return `
// Of the mean squared error of a reconstruction: what is above is unlike everything normal.
constexpr float kAnomalyThreshold = ${floatLiteral(threshold)};
`;
}

function decisionText(decision: Decision | undefined): string {
  if (decision === undefined) return '';
  return decision.kind === 'anomaly' ? thresholdText(decision.threshold) : labelsText(decision);
}

function labelsText(decision: Exclude<Decision, { readonly kind: 'anomaly' }>): string {
  const { labels } = decision;
  if (labels === undefined) return '';
  const about =
    decision.kind === 'argmax'
      ? 'Classes, in the order of the output: the largest value decides.'
      : 'Classes: up to 0.5 the first, above it the second.';
  return `
// ${about}
constexpr int kLabelCount = ${labels.length};
constexpr const char* kLabels[kLabelCount] = {
${labels.map((label) => `    ${stringLiteral(label)},\n`).join('')}};
`;
}

export function modelSettingsFile(firmware: Firmware): FirmwareFile {
  const tensors = [
    ...namedInputs(firmware).map((tensor) => tensorText('Input', tensor)),
    ...namedOutputs(firmware).map((tensor) => tensorText('Output', tensor) + outputLabelsText(tensor)),
  ];
  return {
    path: 'model_settings.h',
    text: `${generatedNotice(`Constants of the model with sha256 ${firmware.digest}.`)}
#ifndef MODEL_SETTINGS_H_
#define MODEL_SETTINGS_H_

${arenaText(firmware)}${variablesText(firmware)}
${tensors.join('\n')}${normalizationText(firmware)}${decisionText(firmware.decision)}
#endif  // MODEL_SETTINGS_H_
`,
  };
}
