/** A node of a TensorFlow graph while it is lowered: its operands and its attributes. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import type { DType, Shape } from '../../core/tensor.ts';
import { type GraphWriter, isKnown, type Known, type Operand } from '../lowering/graph-writer.ts';
import { Operation } from '../lowering/operation.ts';
import type { AttributeProto, NodeProto } from './messages.ts';
import { dtypeOf, readTensor } from './tensor.ts';
import { isOperand, type Value } from './values.ts';

/** What was made of constants, so that every step of a loop reads the same. */
export type KnownForms = WeakMap<Known, Map<string, Operand>>;

export interface NodeSurroundings {
  readonly writer: GraphWriter;
  readonly forms: KnownForms;
  /** Of the whole sequence, for the network of one of its steps. */
  readonly steps: number | undefined;
}

export class TensorFlowNode extends Operation {
  readonly operator: string;
  readonly values: readonly Value[];
  /** Of the whole sequence, where only one of them is there. */
  readonly steps: number | undefined;
  readonly #attributes: ReadonlyMap<string, AttributeProto | undefined>;
  readonly #forms: KnownForms;

  constructor(proto: NodeProto, values: readonly Value[], { writer, forms, steps }: NodeSurroundings) {
    const operands = values.map((value) => (isOperand(value) ? value : undefined));
    super(proto.name, operands, writer);
    this.#forms = forms;
    this.steps = steps;
    this.operator = proto.operator;
    this.values = values;
    this.#attributes = new Map(proto.attributes.map(({ key, value }) => [key, value]));
  }

  override reshape(part: string, operand: Operand, newShape: Shape): Operand {
    return this.#once(operand, `reshape ${newShape.join()}`, () => super.reshape(part, operand, newShape));
  }

  override transpose(part: string, operand: Operand, permutation: readonly number[]): Operand {
    return this.#once(operand, `transpose ${permutation.join()}`, () =>
      super.transpose(part, operand, permutation),
    );
  }

  /** All inputs, which are tensors. */
  operands(): readonly Operand[] {
    return this.values.map((_, position) => this.input(position));
  }

  integer(name: string, otherwise?: number): number {
    return this.#required(name, this.#attributes.get(name)?.integer ?? otherwise);
  }

  float(name: string, otherwise?: number): number {
    return this.#required(name, this.#attributes.get(name)?.float ?? otherwise);
  }

  flag(name: string, otherwise = false): boolean {
    return this.#attributes.get(name)?.flag ?? otherwise;
  }

  text(name: string, otherwise?: string): string {
    const found = this.#attributes.get(name)?.text;
    return this.#required(name, found === undefined ? otherwise : new TextDecoder().decode(found));
  }

  /** Of a function in the library. */
  functionName(name: string): string {
    return this.#required(name, this.#attributes.get(name)?.function?.name);
  }

  /** Of several of them. */
  functionNames(name: string): readonly string[] {
    return (this.#attributes.get(name)?.list?.functions ?? []).map((one) => one.name);
  }

  integers(name: string): readonly number[] {
    return this.#attributes.get(name)?.list?.integers ?? [];
  }

  texts(name: string): readonly string[] {
    return (this.#attributes.get(name)?.list?.texts ?? []).map((one) => new TextDecoder().decode(one));
  }

  /** What tensors of the attribute's type are in a graph. */
  dtype(name: string): DType {
    return dtypeOf(this.#required(name, this.#attributes.get(name)?.type));
  }

  tensor(name: string): Known {
    return readTensor(this.name, this.#required(name, this.#attributes.get(name)?.tensor));
  }

  /** A single number that an input must be known to be. */
  number(position: number, what: string): number {
    const [value] = this.numbers(position, what) ?? [];
    if (value !== undefined) return value;
    throw inputError('operand-missing', `its ${what} is missing.`);
  }

  #once(operand: Operand, form: string, make: () => Operand): Operand {
    if (!isKnown(operand)) return make();
    const forms = this.#forms.get(operand) ?? new Map<string, Operand>();
    this.#forms.set(operand, forms);
    const made = forms.get(form) ?? make();
    forms.set(form, made);
    return made;
  }

  #required<T>(name: string, value: T | undefined): T {
    if (value !== undefined) return value;
    throw inputError('tensorflow-attribute', `its attribute "${name}" is missing.`);
  }
}

/** Appends the operator's nodes and returns its outputs. */
export type LowerTensorFlow = (node: TensorFlowNode) => Value | readonly Value[];

/** Operators by name. */
export type TensorFlowOperators = Readonly<Record<string, LowerTensorFlow>>;

export function refuseAttribute(name: string, why: string, hint?: string): Error {
  return unsupportedError('unsupported-attribute', `its "${name}" ${why}.`, hint);
}
