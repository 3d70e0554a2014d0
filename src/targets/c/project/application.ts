/** The part of the application that all boards share: a stored sample or a reading in, a printed line out. */

import { type Decision, isReal, isStepped } from '../../firmware/firmware.ts';
import { hasState, stateContent } from '../state-code.ts';
import { argmaxName, isNormalized, labelName } from './io-header.ts';
import { listens } from './listening.ts';
import { listeningCode } from './listening-application.ts';
import type { Pauses, Piece, Printing } from './printing.ts';
import { inputEnds, type NamedEnd, outputEnds, type StandaloneProject } from './project.ts';
import { sampleType } from './test-header.ts';

/** Values of one output that are printed. */
const PRINTED = 8;

function printed(print: Printing, indent: string, pieces: readonly Piece[]): string {
  return print
    .pieces(pieces)
    .map((statement) => `${indent}${statement}\n`)
    .join('');
}

function readings(inputs: readonly NamedEnd[]): string {
  const which = inputs.length === 1 ? 'the' : 'an';
  return `/*
 * Element \`index\` of ${which} input, as your sensor measures it. Here it is a stored test vector: put your own reading in its
 * place.
 */
`;
}

function preparedReadings(name: string, macro: string): string {
  return `/*
 * Element \`index\` of the input, prepared as the model was trained. Here it is a stored test vector, prepared already. Put
 * your own in its place: collect ${macro}_READING_LENGTH readings in an array of ${macro}_PREPARATION_LENGTH floats, call
 * ${name}_prepare_input() on it (${name}_prepare.h), and give its element here.
 */
`;
}

function preparedInputs(name: string): string {
  return `/*
 * Element \`index\` of an input, prepared as the model was trained. Here it is a stored test vector, prepared already. Put
 * your own in its place: ${name}_prepare.h has for every input how many readings to collect, in an array of which length,
 * and the function to call on it; give its element here.
 */
`;
}

function commentOf(
  { preparation, names: { name, macro } }: StandaloneProject,
  inputs: readonly NamedEnd[],
): string {
  if (preparation === undefined) return readings(inputs);
  return preparation.inputs === undefined ? preparedReadings(name, macro) : preparedInputs(name);
}

function readFunctions(project: StandaloneProject): string {
  const { name } = project.names;
  const inputs = inputEnds(project);
  const functions = inputs.map(
    (input) => `static ${sampleType(input)} read_${input.variable}(uint32_t sample, uint32_t index)
{
  return ${name}_sample_${input.variable}(sample, index);
}
`,
  );
  return `${commentOf(project, inputs)}${functions.join('\n')}`;
}

/** Element `i` of an input as the model was trained on it. */
function inputValue(project: StandaloneProject, input: NamedEnd): string {
  const read = `read_${input.variable}(sample, i)`;
  return isNormalized(project, input) ? `${project.names.name}_normalize_input(${read}, i)` : read;
}

function inputLoop(project: StandaloneProject, input: NamedEnd): string {
  const { variable, macro } = input;
  const value = inputValue(project, input);
  const element = isStepped(input) ? `${project.names.name}_quantize_${variable}(${value})` : value;
  return `  for (uint32_t i = 0; i < ${macro}_LENGTH; i++) {
    ${variable}[i] = ${element};
  }
`;
}

/** An element of an output as the real number that it stands for. */
function dequantizedBy(
  { names: { name } }: StandaloneProject,
  { variable }: NamedEnd,
  stored: string,
): string {
  return `${name}_dequantize_${variable}(${stored})`;
}

/** A C expression: a real number where the element stands for one. */
function ownValue(project: StandaloneProject, end: NamedEnd, at: string): string {
  const stored = `${end.variable}[${at}]`;
  return isStepped(end) ? dequantizedBy(project, end, stored) : stored;
}

function elementOf(project: StandaloneProject, end: NamedEnd, at: string): Piece {
  const value = ownValue(project, end, at);
  return isReal(end) ? { real: value } : { integer: value };
}

function printOutput(project: StandaloneProject, output: NamedEnd, print: Printing): string {
  const { length, variable } = output;
  const title = project.outputs.length > 1 ? ` ${variable}:` : ` ${variable}`;
  const named = printClass(project, output, print);
  if (length === 1)
    return printed(print, '  ', [{ words: `${title} ` }, elementOf(project, output, '0')]) + named;
  const count = Math.min(length, PRINTED);
  const rest = count < length ? `  /* The first ${count} of ${length} values of ${variable}. */\n` : '';
  return `${printed(print, '  ', [{ words: title }])}${rest}  for (uint32_t i = 0; i < ${count}; i++) {
${printed(print, '    ', [{ words: ' ' }, elementOf(project, output, 'i')])}  }
${named}`;
}

/** The name of its class, of an output among several that decides between some. */
function printClass(project: StandaloneProject, output: NamedEnd, print: Printing): string {
  const { labels, length, variable } = output;
  if (labels === undefined) return '';
  const { name } = project.names;
  const place =
    length > 1
      ? `${argmaxName(name, output)}(${variable})`
      : `${ownValue(project, output, '0')} > 0.5f ? 1 : 0`;
  return printed(print, '  ', [
    { words: ' (' },
    { text: `${labelName(name, output)}(${place})` },
    { words: ')' },
  ]);
}

function printDecision(project: StandaloneProject, decision: Decision, print: Printing): string {
  const { name } = project.names;
  const [[input], [output]] = [inputEnds(project), outputEnds(project)];
  switch (decision.kind) {
    case 'anomaly':
      return `  /* How far the model is from giving its input again. */
  for (uint32_t i = 0; i < ${input.macro}_LENGTH; i++) {
    error = ${name}_add_squared_error(error, ${inputValue(project, input)}, ${ownValue(project, output, 'i')});
  }
  error /= (float)${input.macro}_LENGTH;
${printed(print, '  ', [
  { words: ' error ' },
  { real: 'error' },
  { text: `${name}_is_anomaly(error) ? ", an anomaly" : ", normal"` },
])}`;
    case 'threshold':
      return `  score = ${ownValue(project, output, '0')};
  /* Above 0.5 the model says label 1, else label 0, whose score is what is left to 1. */
  best = score > 0.5f ? 1 : 0;
  if (best == 0) {
    score = 1.0f - score;
  }
${printed(print, '  ', [{ words: ' ' }, { text: `${name}_label(best)` }, { words: ': ' }, { real: 'score' }])}`;
    case 'argmax': {
      const best: readonly Piece[] =
        decision.labels === undefined
          ? [{ words: ' class ' }, { integer: 'best' }]
          : [{ words: ' ' }, { text: `${name}_label(best)` }];
      return `  best = ${name}_argmax(${output.variable});
${printed(print, '  ', [...best, { words: ': ' }, elementOf(project, output, 'best')])}`;
    }
  }
}

const DECISION_VARIABLES: Readonly<Record<Decision['kind'], string>> = {
  anomaly: '  float error = 0.0f;\n',
  argmax: '  uint32_t best;\n',
  threshold: '  float score;\n  uint32_t best;\n',
};

function runInference(project: StandaloneProject, print: Printing): string {
  const { names, program, decision } = project;
  const { name, macro } = names;
  const [inputs, outputs] = [inputEnds(project), outputEnds(project)];
  const ends = [...inputs, ...outputs];
  const passed = [...(hasState(program) ? ['&state'] : []), ...ends.map(({ variable }) => variable)];
  const single = inputs.length === 1 && inputs[0].length === 1 ? inputs[0] : undefined;
  const reading = single === undefined ? '' : `read_${single.variable}(sample, 0)`;
  const title: readonly Piece[] = [
    { words: 'sample ' },
    { integer: 'sample' },
    ...(single === undefined
      ? [{ words: ':' }]
      : [{ words: ': input ' }, isReal(single) ? { real: reading } : { integer: reading }]),
  ];
  return `/* Reads a sample, runs the model on it, and prints what it says. 0 where the model refused. */
static int run_inference(uint32_t sample)
{
${ends.map(({ type, variable, macro: end }) => `  static ${type} ${variable}[${end}_LENGTH];\n`).join('')}${decision === undefined ? '' : DECISION_VARIABLES[decision.kind]}
${inputs.map((input) => inputLoop(project, input)).join('')}  if (${name}_invoke(${passed.join(', ')}) != ${macro}_OK) {
    return 0;
  }
${printed(print, '  ', title)}${decision === undefined ? outputs.map((output) => printOutput(project, output, print)).join('') : printDecision(project, decision, print)}  ${print.end}
  return 1;
}
`;
}

/** Headers of the project that an application includes. */
export function applicationIncludes(project: StandaloneProject): string {
  const {
    names: { name },
    preparation,
  } = project;
  const headers = [
    name,
    `${name}_io`,
    ...(preparation === undefined ? [] : [`${name}_prepare`]),
    ...(listens(project) ? [`${name}_stream`] : []),
    `${name}_test`,
    ...(listens(project) ? ['sensor'] : []),
  ];
  return headers.map((header) => `#include "${header}.h"\n`).join('');
}

/** Without pauses what there is to do is done, and nothing is waited for. */
export function applicationCode(project: StandaloneProject, print: Printing, pauses?: Pauses): string {
  if (listens(project)) return listeningCode(project, print, pauses?.nap);
  const { name, macro } = project.names;
  const state = hasState(project.program)
    ? `/* ${stateContent(project.program)} */\nstatic struct ${name}_state state;\n\n`
    : '';
  const reset = hasState(project.program) ? `  ${name}_reset(&state);\n` : '';
  return `${state}static void print_line(const char *line)
{
  ${print.line('line')}
}

${readFunctions(project)}
${runInference(project, print)}
/* The self-test, then the model on every sample. 0 where something is wrong. */
static int test_and_run(void)
{
  if (!${name}_self_test(print_line)) {
    return 0;
  }
${reset}  for (uint32_t sample = 0; sample < ${macro}_VECTORS; sample++) {
    if (!run_inference(sample)) {
      return 0;
    }
${pauses === undefined ? '' : `    ${pauses.pause}\n`}  }
  return 1;
}
`;
}
