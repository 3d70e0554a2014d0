/** `model_test.h`: golden vectors, and the self-test that compares what this build computes with them. */

import { elementBytes } from '../../../core/tensor.ts';
import { chained, floatBitsLiteral, floatLiteral } from '../../firmware/c-literal.ts';
import { type GoldenVector, isReal, isStepped, vectorBytes } from '../../firmware/firmware.ts';
import { vectorRow } from '../../firmware/golden-vectors.ts';
import { selfTestModel } from '../../firmware/self-test-line.ts';
import type { CType } from '../c-code.ts';
import { hasState } from '../state-code.ts';
import { dequantized, isNormalized } from './io-header.ts';
import { listens } from './listening.ts';
import { headerFile, inputEnds, type NamedEnd, outputEnds, type StandaloneProject } from './project.ts';
import { COMPARE, compareFloats, LINE_OF_TEXT, REAL_IN_LINE, REPORT } from './test-code.ts';

type Role = 'input' | 'output';

/** float32 outputs are kept as their bits, which is what is compared. */
function storedType(role: Role, { element, type }: NamedEnd): CType {
  return role === 'output' && element === 'float32' ? 'uint32_t' : type;
}

function literalOf(role: Role, { element }: NamedEnd): (value: number) => string {
  if (element !== 'float32') return (value) => (value === -2147483648 ? 'INT32_MIN' : String(value));
  return role === 'output' ? floatBitsLiteral : floatLiteral;
}

function goldenArray(
  { names: { name, macro } }: StandaloneProject,
  role: Role,
  end: NamedEnd,
  vectors: readonly GoldenVector[],
): string {
  const data = vectors.map((vector) => vector[role === 'input' ? 'inputs' : 'outputs'][end.index]);
  const rows = data.map((values) => vectorRow(values, literalOf(role, end), '  '));
  return `static const ${storedType(role, end)} ${name}_golden_${end.variable}[${macro}_VECTORS][${end.macro}_LENGTH] = {\n${chained(rows)}};\n\n`;
}

/** The C type of an element in the units of the application. */
export function sampleType(input: NamedEnd): string {
  return isReal(input) ? 'float' : input.type;
}

function sampleFunction(project: StandaloneProject, input: NamedEnd): string {
  const { name, macro } = project.names;
  const stored = `${name}_golden_${input.variable}[vector][index]`;
  const real = isStepped(input) ? dequantized(input, stored) : stored;
  const body = isNormalized(project, input)
    ? `  const float value = ${real};
  const uint32_t channel = index % ${macro}_NORMALIZATION_CHANNELS;

  return value / ${name}_normalization_scale[channel] + ${name}_normalization_offset[channel];
`
    : `  return ${real};\n`;
  return `/* Element \`index\` of a stored input, in the units of the application: the model's own reading of it, undone. */
static inline ${sampleType(input)} ${name}_sample_${input.variable}(uint32_t vector, uint32_t index)
{
${body}}

`;
}

function selfTest(project: StandaloneProject): string {
  const { program, names } = project;
  const { name, macro } = names;
  const [inputs, outputs] = [inputEnds(project), outputEnds(project)];
  const stateful = hasState(program);
  const golden = ({ variable }: NamedEnd): string => `${name}_golden_${variable}[vector]`;
  const passed = [
    ...(stateful ? ['&state'] : []),
    ...inputs.map(golden),
    ...outputs.map(({ variable }) => variable),
  ];
  const compares = outputs.map((end) => {
    const { index, variable, element } = end;
    const kind = project.bitExact ? '' : `, ${element === 'float32' ? 1 : 0}`;
    return `    ${name}_compare(&found, vector, ${index}, ${golden(end)}, ${variable}, ${end.macro}_LENGTH, ${elementBytes(element)}${kind});\n`;
  });
  const bytes = outputs.reduce((sum, { element, length }) => sum + length * elementBytes(element), 0);
  return `/*
 * Runs every golden vector and prints one line, which "tinyml verify" reads. 1 where every output is as it must be, else 0.
 */
static inline int ${name}_self_test(void (*print_line)(const char *line))
{
${outputs.map(({ type, variable, macro: end }) => `  static ${type} ${variable}[${end}_LENGTH];\n`).join('')}${stateful ? `  static struct ${name}_state state;\n` : ''}  struct ${name}_differences found;

  memset(&found, 0, sizeof found);
${stateful ? `  /* The vectors follow one another, beginning with a state that is new. */\n  memset(&state, 0, sizeof state);\n  ${name}_reset(&state);\n` : ''}  for (uint32_t vector = 0; vector < ${macro}_VECTORS; vector++) {
    if (${name}_invoke(${passed.join(', ')}) != ${macro}_OK) {
      return ${name}_report_error(vector, print_line);
    }
${compares.join('')}  }
  return ${name}_report(&found, ${project.vectors.length * bytes}, print_line);
}
`;
}

export function testHeader(project: StandaloneProject): string {
  const { vectors, vectorSource, digest, bitExact, names } = project;
  const { name, macro } = names;
  const words = { NAME: name, MODEL: selfTestModel(digest), COUNT: `${macro}_VECTORS` };
  // At once, since a name may hold one of these words.
  const prefixed = (text: string): string =>
    text.replaceAll(/NAME|MODEL|COUNT/g, (word) => words[word as keyof typeof words]);
  const arrays = [
    ...inputEnds(project).map((end) => goldenArray(project, 'input', end, vectors)),
    ...outputEnds(project).map((end) => goldenArray(project, 'output', end, vectors)),
  ];
  return headerFile(
    `${macro}_TEST`,
    `Compares what ${name}.c computes in this build with what it must compute. For one source of a program.`,
    chained([
      `#include <string.h>

#include "${name}.h"
#include "${name}_io.h"

/*
 * Inputs: ${vectorSource}.
 * Outputs: computed by tinyml, which computes what TensorFlow Lite Micro computes.
 * In flash: ${vectorBytes(project)} bytes.
 */
#define ${macro}_VECTORS ${vectors.length}

`,
      ...arrays,
      ...inputEnds(project).map((input) => sampleFunction(project, input)),
      prefixed(LINE_OF_TEXT),
      ...(listens(project) ? [prefixed(REAL_IN_LINE)] : []),
      prefixed(bitExact ? COMPARE : compareFloats()),
      prefixed(REPORT),
      selfTest(project),
    ]),
  );
}
