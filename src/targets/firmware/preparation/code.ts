/** What transforms become in C and C++. */

import { literalLines } from '../c-literal.ts';
import type { Dialect } from './dialect.ts';

export interface TransformCode {
  /** Arrays that the statements read; empty where there are none. */
  readonly constants: string;
  /** In a block of their own, on `values`. */
  readonly statements: string;
}

export function constantArray(
  type: 'float' | 'int',
  { constantFloat, constantInt }: Dialect,
  name: string,
  literals: readonly string[],
): string {
  return `${type === 'float' ? constantFloat : constantInt} ${name}[${literals.length}] = {\n${literalLines(literals, '    ')}};\n`;
}
