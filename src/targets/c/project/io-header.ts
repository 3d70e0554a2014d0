/** `model_io.h`: between the numbers of an application and the elements that the model takes and gives. */

import type { SteppedDType } from '../../../core/tensor.ts';
import { floatLiteral, literalLines, stringLiteral } from '../../firmware/c-literal.ts';
import { type Decision, isReal, isStepped, type Stepped } from '../../firmware/firmware.ts';
import { headerFile, inputEnds, type NamedEnd, outputEnds, type StandaloneProject } from './project.ts';

/** The ends of a type as C has them. */
const C_LIMITS = {
  int8: { min: 'INT8_MIN', max: 'INT8_MAX' },
  uint8: { min: '0', max: 'UINT8_MAX' },
  int16: { min: 'INT16_MIN', max: 'INT16_MAX' },
  int32: { min: 'INT32_MIN', max: 'INT32_MAX' },
} as const satisfies Record<SteppedDType, { readonly min: string; readonly max: string }>;

const ROUNDED = `  if (rest >= 0.5f) {
    whole++;
  } else if (rest <= -0.5f) {
    whole--;
  }
`;

/** The sums of steps and zero point fit in 32 bits. */
function clampNarrow({ element, macro, type }: Stepped<NamedEnd>): string {
  const { min, max } = C_LIMITS[element];
  return `  /* Clamped before the cast: C leaves undefined what becomes of a float beyond the range of an integer. */
  if (steps <= (float)(${min} - ${macro}_ZERO_POINT)) {
    return ${min};
  }
  if (steps >= (float)(${max} - ${macro}_ZERO_POINT)) {
    return ${max};
  }
  whole = (int32_t)steps;
  rest = steps - (float)whole;
${ROUNDED}  return (${type})(whole + ${macro}_ZERO_POINT);
`;
}

/** They take more than 32 bits. */
function clampWide({ macro }: Stepped<NamedEnd>): string {
  return `  /* Clamped before the cast: C leaves undefined what becomes of a float beyond the range of an integer. */
  if (steps <= -4294967296.0f) {
    return INT32_MIN;
  }
  if (steps >= 4294967296.0f) {
    return INT32_MAX;
  }
  whole = (int64_t)steps;
  rest = steps - (float)whole;
${ROUNDED}  whole += ${macro}_ZERO_POINT;
  if (whole < INT32_MIN) {
    return INT32_MIN;
  }
  return whole > INT32_MAX ? INT32_MAX : (int32_t)whole;
`;
}

function quantizeFunction(name: string, input: Stepped<NamedEnd>): string {
  const { element, macro, type, variable } = input;
  return `/*
 * Rounds to the nearest step, halves away from zero; what is out of range becomes the nearest end of it, and what is no
 * number the zero point.
 */
static inline ${type} ${name}_quantize_${variable}(float value)
{
  const float steps = value / ${macro}_SCALE;
  ${element === 'int32' ? 'int64_t' : 'int32_t'} whole;
  float rest;

  if (steps != steps) {
    return ${macro}_ZERO_POINT;
  }
${element === 'int32' ? clampWide(input) : clampNarrow(input)}}
`;
}

/** The real number that `stored` stands for. What an int32 may be takes more digits than a float has. */
export function dequantized({ element, macro }: Stepped<NamedEnd>, stored: string): string {
  if (element !== 'int32') return `(float)(${stored} - ${macro}_ZERO_POINT) * ${macro}_SCALE`;
  return `(float)(((double)${stored} - ${macro}_ZERO_POINT) * (double)${macro}_SCALE)`;
}

function dequantizeFunction(name: string, output: Stepped<NamedEnd>): string {
  const { type, variable } = output;
  return `/* The real number that an element of the output stands for. */
static inline float ${name}_dequantize_${variable}(${type} value)
{
  return ${dequantized(output, 'value')};
}
`;
}

function floatArray(name: string, values: readonly number[]): string {
  return `static const float ${name}[${values.length}] = {\n${literalLines(values.map(floatLiteral), '  ')}};\n`;
}

function normalizationText({ normalization, names: { name, macro } }: StandaloneProject): string[] {
  if (normalization === undefined) return [];
  const { offset, scale } = normalization;
  return [
    `/* The model was trained on (x - offset) * scale, for each channel of the input's last axis. */
#define ${macro}_NORMALIZATION_CHANNELS ${offset.length}
${floatArray(`${name}_normalization_offset`, offset)}${floatArray(`${name}_normalization_scale`, scale)}`,
    `/* \`index\` counts the elements of the input. */
static inline float ${name}_normalize_input(float value, uint32_t index)
{
  const uint32_t channel = index % ${macro}_NORMALIZATION_CHANNELS;
  const float centred = value - ${name}_normalization_offset[channel];

  return centred * ${name}_normalization_scale[channel];
}
`,
  ];
}

function argmaxFunction(name: string, { type, macro }: NamedEnd): string {
  return `/* Index of the largest value, the first of equal ones. It needs no dequantization: larger stays larger. */
static inline uint32_t ${name}(const ${type} *values)
{
  uint32_t largest = 0;

  for (uint32_t i = 1; i < ${macro}_LENGTH; i++) {
    if (values[i] > values[largest]) {
      largest = i;
    }
  }
  return largest;
}
`;
}

function labelFunction(name: string, macro: string, labels: readonly string[]): string {
  return `#define ${macro}_LABELS ${labels.length}

/* The name of a class, counted from 0; empty where there is no such class. */
static inline const char *${name}(uint32_t index)
{
  static const char *const labels[${macro}_LABELS] = {
${labels.map((label) => `    ${stringLiteral(label)},\n`).join('')}  };

  return index < ${macro}_LABELS ? labels[index] : "";
}
`;
}

function anomalyFunctions(name: string, macro: string, threshold: number): string[] {
  return [
    `/* Of the mean squared error of a reconstruction: what is above is unlike everything normal. */
#define ${macro}_ANOMALY_THRESHOLD ${floatLiteral(threshold)}
`,
    `/* A sum and the square of one more difference, rounded at every step as "tinyml evaluate" does. */
static inline float ${name}_add_squared_error(float sum, float value, float reconstruction)
{
  /* Products of their own: a compiler may otherwise join one with what follows, and round once. */
  const volatile float given = reconstruction;
  const float difference = value - given;
  const volatile float square = difference * difference;

  return sum + square;
}
`,
    `/* Whether a mean squared error is that of a sample unlike everything normal. */
static inline int ${name}_is_anomaly(float error)
{
  return error > ${macro}_ANOMALY_THRESHOLD;
}
`,
  ];
}

function decisionText(project: StandaloneProject, decision: Decision): string[] {
  const { name, macro } = project.names;
  if (decision.kind === 'anomaly') return anomalyFunctions(name, macro, decision.threshold);
  const { labels } = decision;
  return [
    ...(decision.kind === 'argmax' ? [argmaxFunction(`${name}_argmax`, outputEnds(project)[0])] : []),
    ...(labels === undefined ? [] : [labelFunction(`${name}_label`, macro, labels)]),
  ];
}

/** Of the outputs among several that decide between classes. */
function outputDecisions(project: StandaloneProject): string[] {
  const { name } = project.names;
  return outputEnds(project).flatMap((output) => {
    const { labels, length, macro } = output;
    if (labels === undefined) return [];
    return [
      ...(length > 1 ? [argmaxFunction(argmaxName(name, output), output)] : []),
      labelFunction(labelName(name, output), macro, labels),
    ];
  });
}

/** What gives the class of an output among several: the place of its largest value. */
export function argmaxName(name: string, { variable }: NamedEnd): string {
  return `${name}_argmax_${variable}`;
}

/** What gives the name of a class of an output among several. */
export function labelName(name: string, { variable }: NamedEnd): string {
  return `${name}_label_${variable}`;
}

/** Whether the numbers of an end are normalized before they reach the model. */
export function isNormalized({ normalization }: StandaloneProject, input: NamedEnd): boolean {
  return normalization !== undefined && isReal(input);
}

export function ioHeader(project: StandaloneProject): string {
  const { name, macro } = project.names;
  const parts = [
    ...normalizationText(project),
    ...inputEnds(project)
      .filter((end) => isStepped(end))
      .map((end) => quantizeFunction(name, end)),
    ...outputEnds(project)
      .filter((end) => isStepped(end))
      .map((end) => dequantizeFunction(name, end)),
    ...(project.decision === undefined ? [] : decisionText(project, project.decision)),
    ...outputDecisions(project),
  ];
  return headerFile(
    `${macro}_IO`,
    `Between real numbers and the elements that ${name}_invoke takes and gives.`,
    `#include "${name}.h"\n\n${parts.map((part) => `${part}\n`).join('')}`.trimEnd().concat('\n'),
  );
}
