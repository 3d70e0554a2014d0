/** `model.c` */

import { tensorBytes } from '../../core/tensor.ts';
import { getValue, type ValueId } from '../../ir/graph.ts';
import { bandingText } from './bands/banding.ts';
import { C_TYPES, type CDefinition, type CType, inOrder } from './c-code.ts';
import { decodedPointer, layerStatements } from './coded/decoding.ts';
import type { Places } from './emitter.ts';
import type { Home } from './memory/home.ts';
import { isThere, runsBackwards } from './memory/step-places.ts';
import type { Program } from './program.ts';
import { type End, parametersOf, type StandaloneNames } from './standalone-names.ts';
import { hasState, initialCode, resetCode, stateMember } from './state-code.ts';
import { stepComment } from './step-comment.ts';
import { stepFunction, wordsOf } from './step-function.ts';

const INDENT = '  ';

function elementOf(ends: readonly End[], index: number, element: number): string {
  const { variable } = ends[index];
  return element === 0 ? variable : `(${variable} + ${element})`;
}

/** A pointer to the elements of a value. */
function pointer(program: Program, names: StandaloneNames, id: ValueId, isRead: boolean): string {
  const home = program.homes.get(id) as Home;
  switch (home.at) {
    case 'input':
      return elementOf(names.inputs, home.index, home.element);
    case 'output':
      return elementOf(names.outputs, home.index, home.element);
    case 'state':
      return `state->${stateMember(home.index)}`;
    case 'buffer': {
      const type = C_TYPES[getValue(program.graph, id).type.dtype];
      return `(${isRead ? 'const ' : ''}${type} *)(memory + ${home.offset})`;
    }
  }
}

function placesOf(program: Program, names: StandaloneNames, index: number): Places {
  const step = program.steps[index];
  const { node, label, codedInputs } = step;
  return {
    input(position) {
      const coded = codedInputs.get(position);
      if (coded !== undefined) return decodedPointer(program, index, coded);
      const id = node.inputs[position] as ValueId;
      const { data } = getValue(program.graph, id);
      return data === undefined
        ? pointer(program, names, id, true)
        : program.constants.add(`${label}_input${position}`, data);
    },
    output: (position) => pointer(program, names, node.outputs[position], false),
    state: (position) => pointer(program, names, node.inputs[position] as ValueId, false),
    weights: (weights) =>
      weights.are === 'plain' ? weights.name : decodedPointer(program, index, weights.array),
    scratch: `memory + ${program.scratch[index] ?? 0}`,
    isThere: (move) => isThere(program.graph, program.homes, step, move),
    backwards: runsBackwards(program.graph, program.homes, step),
  };
}

/** What stands in the function of the model, and the step's own function if it has one. */
function stepCode(
  program: Program,
  names: StandaloneNames,
  index: number,
): { readonly text: string; readonly definition: string } {
  const step = program.steps[index];
  const comment = `/* ${stepComment(program.graph, step)} */`;
  const statements = step.emission.call(placesOf(program, names, index));
  const lines = [...layerStatements(program, index), ...(statements === '' ? [] : statements.split('\n'))];
  const own = step.emission.isWhole ? stepFunction(step.label, lines, names) : undefined;
  const text = [comment, ...(own === undefined ? lines : [own.call])]
    .map((line) => `${INDENT}${line}`.trimEnd())
    .join('\n');
  return { text, definition: own === undefined ? '' : `${own.definition}\n` };
}

/** Graph outputs that no step writes: constants and inputs of the graph. */
function passedOn(program: Program, names: StandaloneNames): string[] {
  return names.outputs.flatMap(({ id, variable }, index) => {
    const home = program.homes.get(id);
    if (home?.at === 'output' && home.index === index) return [];
    const { data, type } = getValue(program.graph, id);
    const from =
      data === undefined ? pointer(program, names, id, true) : program.constants.add(`output${index}`, data);
    return [`${INDENT}memcpy(${variable}, ${from}, ${tensorBytes(type)});`];
  });
}

/** Parameters that a program has no use for, in words that compilers take for one. */
function unusedParameters(names: readonly string[], body: readonly string[]): string {
  const used = wordsOf(body);
  return names
    .filter((parameter) => !used.has(parameter))
    .map((parameter) => `${INDENT}(void)${parameter};\n`)
    .join('');
}

/** Refuses memory that is too small, or does not begin at a word. */
function bufferCheck(macro: string): string {
  return `${INDENT}if (buffer_bytes < ${macro}_BUFFER_BYTES || ((uintptr_t)buffer & 3u) != 0u) {
${INDENT}${INDENT}return ${macro}_BAD_BUFFER;
${INDENT}}`;
}

/** A union, whose members by C99 6.5 are what it may be used as: words alone may not be read as numbers of other types. */
function ownBuffer(macro: string): string {
  const member = (type: CType, name: string, bytes: number): string =>
    `${INDENT}${INDENT}${type} ${name}[${macro}_BUFFER_BYTES${bytes === 1 ? '' : ` / ${bytes}`}];\n`;
  return `static union {
${member('uint32_t', 'words', 4)}${member('int8_t', 'bytes', 1)}${member('int16_t', 'halves', 2)}${member('float', 'floats', 4)}${INDENT}} own_buffer;`;
}

function definitionsOf(programs: readonly Program[]): readonly CDefinition[] {
  const emissions = programs.flatMap(({ steps }) => steps.map(({ emission }) => emission));
  return inOrder(emissions.flatMap((emission) => emission.definitions));
}

/** What constants and tables take of the flash: of a program whose source has been written, which asks for some of them. */
export function constantBytesOf(program: Program): number {
  const tables = definitionsOf([program]).map(({ constantBytes = 0 }) => constantBytes);
  return tables.reduce((sum, bytes) => sum + bytes, program.constants.bytes);
}

/** Where layers have copies of a function, compilers choose what else they do with it. */
function definitionText({ text, isCopied }: CDefinition, programs: readonly Program[]): string {
  return isCopied && programs.every(({ optimize }) => optimize === 'speed')
    ? text.replace('NEVER_INLINE ', '')
    : text;
}

/** What programs in one file have in common. */
export function commonCode(programs: readonly Program[]): string {
  const definitions = definitionsOf(programs);
  const headers = [...new Set(definitions.flatMap((definition) => definition.headers ?? []))];
  return `#include <stdint.h>
#include <string.h>
${headers.map((header) => `#include <${header}>\n`).join('')}
/* Sums and shifts are those of an int of 32 bits, which is smaller where addresses are. */
#if UINTPTR_MAX < 0xffffffffu
#error "this code is for processors of 32 bits and more"
#endif

/* Arrays of bytes that are read a word at a time. */
#if defined(__GNUC__)
#define ALIGNED __attribute__((aligned(4)))
#else
#define ALIGNED
#endif

${definitions.map((definition) => `${definitionText(definition, programs)}\n`).join('')}`;
}

/** The constants and functions of a program. */
export function modelCode(program: Program, names: StandaloneNames): string {
  const { name, macro } = names;
  const initial = initialCode(program);
  const steps = program.steps.map((_, index) => stepCode(program, names, index));
  const body = [
    ...(initial === '' ? [] : [initial]),
    ...steps.map(({ text }) => text),
    ...passedOn(program, names),
  ];
  const state = hasState(program) ? [`struct ${name}_state *state`] : [];
  const parameters = [...state, ...parametersOf(names)];
  const passed = [
    ...(hasState(program) ? ['state'] : []),
    ...[...names.inputs, ...names.outputs].map(({ variable }) => variable),
  ];
  const usesBuffer = program.memory.bytes > 0;
  const unused = unusedParameters([...passed, ...(usesBuffer ? [] : ['buffer', 'buffer_bytes'])], body);
  const buffer = usesBuffer ? ownBuffer(macro) : 'uint32_t own_buffer[1];';
  const { banding } = program;
  const bands = banding === undefined ? '' : `/* ${bandingText(banding)} */\n`;
  return `${program.constants.text()}${hasState(program) ? `${resetCode(program, name)}\n` : ''}${steps.map(({ definition }) => definition).join('')}${bands}int ${name}_invoke_in(void *buffer, uint32_t buffer_bytes, ${parameters.join(', ')})
{
${usesBuffer ? `${INDENT}int8_t *memory = (int8_t *)buffer;\n` : ''}
${[...(unused === '' ? [] : [unused.trimEnd()]), ...(usesBuffer ? [bufferCheck(macro)] : []), ...body].join('\n\n')}

${INDENT}return ${macro}_OK;
}

int ${name}_invoke(${parameters.join(', ')})
{
${INDENT}${buffer}

${INDENT}return ${name}_invoke_in(&own_buffer, (uint32_t)sizeof own_buffer, ${passed.join(', ')});
}
`;
}

/** The whole program but its interface. */
export function sourceCode(program: Program, names: StandaloneNames): string {
  return `/* Generated by tinyml; do not edit. */

#include "${names.name}.h"

${commonCode([program])}${modelCode(program, names)}`;
}
