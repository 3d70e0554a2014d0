/** One operation of a foreign model while it is lowered: what it reads, and the graph that it appends to. */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import { type DType, type Shape, sameShape, type TensorType } from '../../core/tensor.ts';
import type { AttributesOf, OpKind } from '../../ops/index.ts';
import { type Computed, type GraphWriter, isKnown, knownNumbers, type Operand } from './graph-writer.ts';
import type { NodeWriter } from './node-writer.ts';

export class Operation implements NodeWriter<Operand> {
  /** Of the node, or of its first output. */
  readonly name: string;
  /** `undefined` where an optional one is left out; shorter than the operator allows where the last ones are. */
  readonly inputs: readonly (Operand | undefined)[];
  readonly #writer: GraphWriter;

  constructor(name: string, inputs: readonly (Operand | undefined)[], writer: GraphWriter) {
    this.name = name;
    this.inputs = inputs;
    this.#writer = writer;
  }

  input(position: number): Operand {
    const operand = this.inputs[position];
    if (operand === undefined) throw inputError('operand-missing', `its input ${position} is missing.`);
    return operand;
  }

  /** The elements of an input that must be known: sizes, axes, paddings. `undefined` where it is left out. */
  numbers(position: number, what: string): readonly number[] | undefined {
    const operand = this.inputs[position];
    return operand && knownNumbers(operand, what);
  }

  add<Kind extends OpKind>(
    kind: Kind,
    part: string,
    attributes: AttributesOf<Kind>,
    operands: readonly (Operand | undefined)[],
    dtype?: TensorType['dtype'],
  ): Operand {
    return this.#writer.add(kind, this.#nameOf(part), attributes, operands, dtype);
  }

  addMany<Kind extends OpKind>(
    kind: Kind,
    part: string,
    attributes: AttributesOf<Kind>,
    operands: readonly (Operand | undefined)[],
  ): readonly Operand[] {
    return this.#writer.addMany(kind, this.#nameOf(part), attributes, operands);
  }

  /** A QUANTIZE of computed numbers. */
  quantize(part: string, operand: Computed, dtype: DType, quant: PerTensorQuant): Computed {
    return this.#writer.quantize(this.#nameOf(part), operand, dtype, quant);
  }

  /** See `GraphWriter.declared`. */
  declared(operand: Computed, quant: PerTensorQuant): Computed | undefined {
    return this.#writer.declared(operand, quant);
  }

  /** Counts a tensor that is made here, before it is made: one operand may be asked for many. */
  spend(type: TensorType): void {
    this.#writer.spend(type);
  }

  constant(part: string, shape: Shape, data: Float32Array): Operand {
    return { name: this.#nameOf(part), type: { dtype: 'float32', shape }, data };
  }

  state(part: string, shape: Shape): Operand {
    return this.#writer.state(this.#nameOf(part), { dtype: 'float32', shape });
  }

  /** int32: sizes, indices and axes that are known. */
  known(shape: Shape, values: readonly number[]): Operand {
    return { name: this.name, type: { dtype: 'int32', shape }, data: Int32Array.from(values) };
  }

  isKnown(position: number): boolean {
    const operand = this.inputs[position];
    return operand !== undefined && isKnown(operand);
  }

  shapeOf({ type }: Operand): Shape {
    return type.shape;
  }

  /** In another shape with as many elements; itself where it has that shape. */
  reshape(part: string, operand: Operand, newShape: Shape): Operand {
    return sameShape(operand.type.shape, newShape)
      ? operand
      : this.add('reshape', part, { newShape }, [operand]);
  }

  /** Axis k of the result is axis `permutation[k]` of the operand; itself where nothing moves. */
  transpose(part: string, operand: Operand, permutation: readonly number[]): Operand {
    return permutation.every((axis, index) => axis === index)
      ? operand
      : this.add('transpose', part, { permutation }, [operand]);
  }

  #nameOf(part: string): string {
    return part === '' ? this.name : `${this.name}/${part}`;
  }
}

/** An axis counted from the front. */
export function axisOf(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (Number.isInteger(positive) && positive >= 0 && positive < rank) return positive;
  throw inputError(
    'operation-axis',
    `axis ${axis} does not exist in a tensor of ${counted(rank, 'dimension')}.`,
  );
}
