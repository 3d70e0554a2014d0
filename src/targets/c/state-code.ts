/** What lives from one inference to the next: a struct that the caller owns. */

import { elementCount, tensorBytes } from '../../core/tensor.ts';
import { getValue, resetByte, type Value } from '../../ir/graph.ts';
import { C_TYPES } from './c-code.ts';
import type { Program } from './program.ts';

function statesOf({ graph, homes }: Program): Value[] {
  return [...homes]
    .flatMap(([id, home]) => (home.at === 'state' ? [{ id, index: home.index }] : []))
    .sort((a, b) => a.index - b.index)
    .map(({ id }) => getValue(graph, id));
}

export function hasState(program: Program): boolean {
  return statesOf(program).length > 0;
}

/** The member that holds a state. */
export function stateMember(index: number): string {
  return `value_${index}`;
}

export function stateStruct(program: Program, name: string): string {
  const members = statesOf(program).map(
    ({ type }, index) => `  ${C_TYPES[type.dtype]} ${stateMember(index)}[${elementCount(type.shape)}];\n`,
  );
  return `/* What one inference leaves for the next. */\nstruct ${name}_state {\n${members.join('')}};\n`;
}

/** `NAME_reset`. */
export function resetCode(program: Program, name: string): string {
  const lines = statesOf(program).map(
    ({ type }, index) =>
      `  memset(state->${stateMember(index)}, ${resetByte(type)}, ${tensorBytes(type)});\n`,
  );
  return `void ${name}_reset(struct ${name}_state *state)\n{\n${lines.join('')}}\n`;
}
