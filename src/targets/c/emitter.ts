/** How an operator becomes C: the contract of everything in `emitters/`. */

import type { TensorData, TensorType } from '../../core/tensor.ts';
import type { AttributesOf, OpKind, PreparedOf } from '../../ops/index.ts';
import type { ComputedType } from '../../ops/op.ts';
import type { CDefinition } from './c-code.ts';
import type { Weights } from './coded/weights.ts';
import type { ConstantPool } from './constant-pool.ts';
import type { Optimize } from './optimize.ts';

/** An operand or result. `data` is there exactly for constants. */
export interface CTensor {
  readonly type: TensorType;
  readonly data?: TensorData;
}

/** One operator of the graph: what its kernel prepared is all that its C needs to know. */
export interface CStep<Attributes, Prepared> {
  /** What names of its constants begin with: `layer3`. */
  readonly label: string;
  readonly attributes: Attributes;
  readonly prepared: Prepared;
  /** Undefined where an optional operand is absent. */
  readonly inputs: readonly (CTensor | undefined)[];
  readonly outputs: readonly CTensor[];
  readonly constants: ConstantPool;
  readonly optimize: Optimize;
}

/** Elements of an output that are elements of an input as they are, in one piece. */
export interface Move {
  readonly input: number;
  readonly output: number;
  /** The first one, counted in elements of that operand. */
  readonly from: number;
  readonly to: number;
  readonly elements: number;
}

/**
 * How output 0 may lie over an input that nobody reads afterwards, besides in its very place. Distances are bytes between
 * where the two begin; no byte of the input may be overwritten that is still to be read.
 */
export interface Overlap {
  readonly input: number;
  /** Where the output is written from its first byte on: it begins at least so far before the input. */
  readonly before?: number;
  /** Where it can be written from its last byte on, if `places.backwards` says so: it begins at least so far behind. */
  readonly behind?: number;
}

/**
 * Where a step finds its operands: C expressions of pointers to their elements. In the buffer they lie at multiples of four
 * bytes; what the caller owns lies wherever its element type allows.
 */
export interface Places {
  /** Of an operand that is there, `const`; one that is constant becomes an array of its own, as it is. */
  input(position: number): string;
  output(position: number): string;
  /** Of an operand that lives from one inference to the next, where the operator changes it. */
  state(position: number): string;
  /** `const int8_t *` to weights that the step put among the constants. */
  weights(weights: Weights): string;
  /** `int8_t *`, at a multiple of four bytes. */
  readonly scratch: string;
  /** Whether the elements of one of the `moves` lie where they belong already. */
  isThere(move: Move): boolean;
  /** Output 0 lies over the end of an input, as its `behind` allows: it is to be written from its last element on. */
  readonly backwards: boolean;
}

/** Some pixels of an output, one behind another. */
export interface Piece {
  /** C of how many lie before them. */
  readonly first: string;
  readonly count: number;
  /** `int8_t *`, where they are written: nowhere in the operands. */
  readonly output: string;
}

/** What is said of a step that makes pieces. */
export type PiecePlaces = Pick<Places, 'input' | 'weights' | 'scratch'>;

/** How an operator of int8 makes its output piece by piece, each from the inputs alone. */
export interface Pieces {
  readonly pixels: number;
  /** Elements of each. */
  readonly depth: number;
  /** A piece is made fastest of so many pixels, or a multiple of them. */
  readonly together: number;
  call(places: PiecePlaces, piece: Piece): string;
}

export interface Emission {
  readonly definitions: readonly CDefinition[];
  /** Working memory during the call, in bytes. */
  readonly scratchBytes?: number;
  /**
   * Positions of inputs in whose place output 0 may be written: it then begins where the input begins, whichever is longer.
   */
  readonly inPlace?: readonly number[];
  readonly overlaps?: readonly Overlap[];
  /**
   * What the call copies unless `places.isThere`: shapes that change, parts that are joined or taken. Such an input and output
   * may lie over one another while both are read.
   */
  readonly moves?: readonly Move[];
  readonly pieces?: Pieces;
  /** The step becomes a function of its own, into which all that it calls is copied: loops are faster where their numbers are known. */
  readonly isWhole?: true;
  /** It is so where bands of rows call the same loops again: compilers copy those that are called once by themselves. */
  readonly isWholeInBands?: true;
  /**
   * The statement for some elements that lie beside each other, of an operator that computes each from those in the same place
   * of its inputs. Operands and output are C of pointers to the first of them.
   */
  readonly elementwise?: (operands: readonly string[], output: string, count: number) => string;
  /** The statements, one a line, without indentation; none where there is nothing to do. */
  call(places: Places): string;
}

export type Emitter<Attributes, Prepared> = (step: CStep<Attributes, Prepared>) => Emission;

/** The emitters of one operator: a row for each type that it computes. */
export type OperatorEmitters<Kind extends OpKind> = {
  readonly [Type in ComputedType as unknown extends PreparedOf<Kind, Type> ? never : Type]: Emitter<
    AttributesOf<Kind>,
    PreparedOf<Kind, Type>
  >;
};

/** Some rows of the table. */
export type EmitterRows = { readonly [Kind in OpKind]?: OperatorEmitters<Kind> };

/** An emitter whose operator is known at run time only. */
export type AnyEmitter = Emitter<unknown, unknown>;
