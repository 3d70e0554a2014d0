/** The tensors of one graph of a file while it is lowered: the model's, that of a branch, or a call of a function. */

import { inputError } from '../../core/errors.ts';
import type { Operand } from '../lowering/graph-writer.ts';
import type { AttributeProto, OperatorSetProto } from './messages.ts';

/** What holds of all nodes of a graph. */
export interface Surroundings {
  readonly operatorSets: readonly OperatorSetProto[];
  /** In front of the names of its nodes: of the calls that it is within. */
  readonly prefix: string;
  /** Of the call, for attributes that refer to them. */
  readonly attributes: ReadonlyMap<string, AttributeProto>;
  /** Functions that it is within. */
  readonly callers: readonly string[];
}

export class Scope {
  readonly surroundings: Surroundings;
  readonly #outer: Scope | undefined;
  readonly #tensors = new Map<string, Operand | undefined>();

  /** `outer`, for branches, whose nodes read its tensors, too. */
  constructor(surroundings: Surroundings, outer?: Scope) {
    this.surroundings = surroundings;
    this.#outer = outer;
  }

  has(name: string): boolean {
    return this.#tensors.has(name) || this.#outer?.has(name) === true;
  }

  /** Undefined for an input that a call of the function leaves out. */
  get(name: string, reader: string): Operand | undefined {
    if (this.#tensors.has(name)) return this.#tensors.get(name);
    if (this.#outer !== undefined) return this.#outer.get(name, reader);
    throw inputError('onnx-tensor', `${reader} "${shown(name)}", which nothing before it makes.`);
  }

  set(name: string, operand: Operand | undefined): void {
    if (this.#tensors.has(name)) {
      throw inputError(
        'onnx-tensor',
        `the tensor "${shown(name)}" is made twice.`,
        'Export the model again.',
      );
    }
    this.#tensors.set(name, operand);
  }
}

const SHOWN_CHARACTERS = 100;

/** A name of a file as far as sentences have it: the end, which tells nodes apart. */
export function shown(name: string): string {
  return name.length <= SHOWN_CHARACTERS ? name : `…${name.slice(-SHOWN_CHARACTERS)}`;
}
