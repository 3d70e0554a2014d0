/** What transforms become in C and C++: the contract of everything in `steps/`. */

import type {
  RowTransformName,
  TransformName,
  TransformParameters,
  WholeTransformName,
} from '../../../core/samples/preparation.ts';
import type { Shape } from '../../../core/tensor.ts';
import { literalLines } from '../c-literal.ts';
import type { Dialect } from './dialect.ts';
import type { LibraryHeader, SharedFunction } from './shared-functions.ts';

/** Where a transform stands, from 1, which keeps the names of arrays apart; and the language. */
export interface Place {
  readonly step: number;
  readonly dialect: Dialect;
}

interface StepCode {
  /** Arrays that the statements read; empty where there are none. */
  readonly constants: string;
  /** Functions that they call, besides those that these call. */
  readonly functions: readonly SharedFunction[];
  /** Of the C library, besides those of the functions. */
  readonly headers?: readonly LibraryHeader[];
  /** The body of a function. */
  readonly statements: string;
}

/**
 * The statements make one row at `into` of the rows at `from`, the oldest first. `into` may be `from`, or lie where `RowLoop` of
 * `data/preparing/transforms/` says.
 */
export interface RowCode extends StepCode {
  /**
   * Members of a struct at which `state` points, one a line: what rows leave to those behind them. All zero bytes are the state
   * before the first row. Empty where there is none.
   */
  readonly state: string;
}

/** The statements work on the sample at the start of `values`, in place. */
export type WholeCode = StepCode;

/** `shape` is that of a sample before the transform. */
type Writer<Name extends TransformName, Code> = (
  parameters: TransformParameters[Name],
  shape: Shape,
  place: Place,
) => Code;

export type RowWriter<Name extends RowTransformName> = Writer<Name, RowCode>;
export type WholeWriter<Name extends WholeTransformName> = Writer<Name, WholeCode>;

export function constantArray(
  type: 'float' | 'int',
  { constantFloat, constantInt }: Dialect,
  name: string,
  literals: readonly string[],
): string {
  return `${type === 'float' ? constantFloat : constantInt} ${name}[${literals.length}] = {\n${literalLines(literals, '    ')}};\n`;
}
