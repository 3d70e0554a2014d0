/** What transforms become in C++. */

import { literalLines } from '../c-literal.ts';

export interface TransformCode {
  /** Arrays that the statements read; empty where there are none. */
  readonly constants: string;
  /** In a block of their own, on `values`. */
  readonly statements: string;
}

export function constantArray(type: 'float' | 'int', name: string, literals: readonly string[]): string {
  return `constexpr ${type} ${name}[${literals.length}] = {\n${literalLines(literals, '    ')}};\n`;
}
