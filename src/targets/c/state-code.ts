/** What lives from one inference to the next: a struct that the caller owns. */

import { alignUp } from '../../core/alignment.ts';
import { elementCount, type TensorData, tensorBytes } from '../../core/tensor.ts';
import { getValue, resetByte, type Value } from '../../ir/graph.ts';
import { C_TYPES } from './c-code.ts';
import { bootBytes, bootMember, bootStatements } from './coded/decoding.ts';
import type { Program } from './program.ts';

function statesOf({ graph, homes }: Program): Value[] {
  return [...homes]
    .flatMap(([id, home]) => (home.at === 'state' ? [{ id, index: home.index }] : []))
    .sort((a, b) => a.index - b.index)
    .map(({ id }) => getValue(graph, id));
}

interface InitialState {
  readonly index: number;
  readonly initial: TensorData;
}

function initialStates(program: Program): InitialState[] {
  return statesOf(program).flatMap(({ state }, index) =>
    state?.initial === undefined ? [] : [{ index, initial: state.initial }],
  );
}

/** Whether the caller owns something: states of the graph, or weights that are decoded once. */
export function hasState(program: Program): boolean {
  return statesOf(program).length > 0 || bootBytes(program) > 0;
}

const IS_INITIALIZED = 'is_initialized';

/** Members begin at multiples of the size of their elements, and the whole is one of the largest. */
export function stateBytes(program: Program): number {
  const flag = initialStates(program).length > 0 ? [{ bytes: 4, size: 4 }] : [];
  const states = statesOf(program).map(({ type }) => ({
    bytes: tensorBytes(type),
    size: tensorBytes(type) / elementCount(type.shape),
  }));
  const weights = bootBytes(program) > 0 ? [{ bytes: bootBytes(program), size: 4 }] : [];
  const members = [...weights, ...states, ...flag];
  const end = members.reduce((at, { bytes, size }) => alignUp(at, size) + bytes, 0);
  return alignUp(end, Math.max(1, ...members.map(({ size }) => size)));
}

/** What the struct holds, in a sentence of C comments. */
export function stateContent(program: Program): string {
  if (bootBytes(program) === 0) return 'What one inference leaves for the next.';
  return statesOf(program).length === 0
    ? 'Weights, decoded.'
    : 'Weights, decoded, and what one inference leaves for the next.';
}

/** When the struct is to be reset, in a sentence of C comments. */
export function resetTime(program: Program): string {
  if (bootBytes(program) === 0) return 'Before the first inference, and whenever a new sequence begins.';
  return statesOf(program).length === 0
    ? 'Decodes the weights: once, before the first inference.'
    : 'Decodes the weights, too: before the first inference, and whenever a new sequence begins.';
}

/** The member that holds a state. */
export function stateMember(index: number): string {
  return `value_${index}`;
}

export function stateStruct(program: Program, name: string): string {
  const members = statesOf(program).map(
    ({ type }, index) => `  ${C_TYPES[type.dtype]} ${stateMember(index)}[${elementCount(type.shape)}];\n`,
  );
  const isInitialized = initialStates(program).length > 0;
  const comment = isInitialized
    ? `/* ${stateContent(program)} All bytes are to be zero before the first reset. */`
    : `/* ${stateContent(program)} */`;
  const flag = isInitialized ? `  int32_t ${IS_INITIALIZED};\n` : '';
  return `${comment}\nstruct ${name}_state {\n${bootMember(program)}${members.join('')}${flag}};\n`;
}

/** `NAME_reset`. */
export function resetCode(program: Program, name: string): string {
  const decoding = bootStatements(program).map((line) => `  ${line}\n`);
  const states = statesOf(program).map(
    ({ type }, index) =>
      `  memset(state->${stateMember(index)}, ${resetByte(type)}, ${tensorBytes(type)});\n`,
  );
  return `void ${name}_reset(struct ${name}_state *state)\n{\n${[...decoding, ...states].join('')}}\n`;
}

/** What CALL_ONCE does: in the first inference and never again, whatever has been reset. Empty where nothing is to do. */
export function initialCode(program: Program): string {
  const copies = initialStates(program).map(({ index, initial }) => {
    const from = program.constants.add(`initial${index}`, initial);
    return `    memcpy(state->${stateMember(index)}, ${from}, ${initial.byteLength});`;
  });
  if (copies.length === 0) return '';
  return [
    '  /* In the first inference of all. */',
    `  if (state->${IS_INITIALIZED} == 0) {`,
    ...copies,
    `    state->${IS_INITIALIZED} = 1;`,
    '  }',
  ].join('\n');
}
