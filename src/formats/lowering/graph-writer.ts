/**
 * The graph that a foreign model becomes, operation by operation. What constants and static shapes decide is computed at once,
 * so that the chains in which exporters write a shape are numbers when an operation asks for them.
 */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { type PerTensorQuant, sameQuant } from '../../core/quant-params.ts';
import {
  allocate,
  type DType,
  elementCount,
  formatShape,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { GraphBuilder } from '../../ir/builder.ts';
import { checkForm } from '../../ir/check-form.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { type AttributesOf, type OpKind, opOf } from '../../ops/index.ts';
import { checkTypes, computeOnce, kernelOf } from '../../ops/kernel-of.ts';
import type { Allowance } from '../allowance.ts';
import { type FoldedAttributes, fitsIntegers, foldKind, isInteger } from './known-integers.ts';
import { MOVING_KINDS } from './moving-kinds.ts';

/** A tensor of the foreign model: known, and in the graph only if something computed reads it; or computed by the graph. */
export type Operand = Known | Computed;

export interface Known {
  readonly name: string;
  readonly type: TensorType;
  readonly data: TensorData;
}

export interface Computed {
  readonly type: TensorType;
  readonly data?: undefined;
  readonly id: ValueId;
}

export function isKnown(operand: Operand): operand is Known {
  return operand.data !== undefined;
}

/** Their float32 kernel copies elements of any type, too, where it is asked to. */
const COPYING_KINDS: ReadonlySet<OpKind> = new Set<OpKind>([
  ...MOVING_KINDS,
  'broadcast_to',
  'fill',
  'gather_nd',
  'mirror_pad',
  'pad',
  'padv2',
  'reverse_v2',
  'tile',
]);

/** What the graph gives back, under the name that its value gets. */
export interface NamedOutput {
  readonly name: string;
  readonly operand: Operand;
}

export class GraphWriter {
  readonly #builder = new GraphBuilder();
  readonly #allowance: Allowance;
  readonly #ids = new Map<Known, ValueId>();
  readonly #inputs = new Set<ValueId>();

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  input(name: string, type: TensorType): Operand {
    this.spend(type);
    const id = this.#builder.input(name, type);
    this.#inputs.add(id);
    return { type, id };
  }

  /** Lives from one inference to the next. */
  state(name: string, type: TensorType): Operand {
    this.spend(type);
    return { type, id: this.#builder.state(name, type) };
  }

  /**
   * One output. Refuses sizes that no chip holds, what has no elements, and types that TFLM does not compute; `dtype` where the operator leaves it open.
   * Errors do not name the node: who lowers an operation names it as its own file does.
   */
  add<Kind extends OpKind>(
    kind: Kind,
    name: string,
    attributes: AttributesOf<Kind>,
    operands: readonly (Operand | undefined)[],
    dtype?: TensorType['dtype'],
  ): Operand {
    return this.addMany(kind, name, attributes, operands, dtype)[0];
  }

  addMany<Kind extends OpKind>(
    kind: Kind,
    name: string,
    attributes: AttributesOf<Kind>,
    operands: readonly (Operand | undefined)[],
    dtype?: TensorType['dtype'],
  ): readonly Operand[] {
    const op = opOf(kind);
    const shapes = op.infer(
      attributes,
      operands.map((operand) => operand?.type.shape),
    );
    const outputDType = dtype ?? op.outputDType ?? (operands[0] as Operand).type.dtype;
    const types = shapes.map((shape): TensorType => ({ dtype: outputDType, shape }));
    for (const type of types) this.spend(type);
    const known = this.#compute(kind, name, attributes, operands, types);
    if (known !== undefined) return known;
    checkTypes(
      kind,
      attributes,
      operands.map((operand) => operand?.type),
      types,
    );
    const inputs = operands.map((operand) => operand && this.idOf(operand));
    const ids = this.#builder.addMany(kind, name, attributes, inputs, dtype);
    return ids.map((id, index) => ({ type: types[index], id }));
  }

  /** A QUANTIZE of computed numbers, to the nearest integers of that type and these parameters. */
  quantize(name: string, operand: Computed, dtype: DType, quant: PerTensorQuant): Computed {
    const type: TensorType = { dtype, shape: operand.type.shape, quant };
    this.spend(type);
    checkTypes('quantize', {}, [operand.type], [type]);
    return { type, id: this.#builder.quantize(name, operand.id, type) };
  }

  /** An input of integers with what they stand for; undefined where that is not the first time and something else. */
  declared(operand: Computed, quant: PerTensorQuant): Computed | undefined {
    if (!this.#inputs.has(operand.id)) return undefined;
    const known = this.#builder.typeOf(operand.id).quant;
    if (known !== undefined && !sameQuant(known, quant)) return undefined;
    this.#builder.declare(operand.id, quant);
    return { id: operand.id, type: { ...operand.type, quant } };
  }

  /** The value of the graph; a known operand becomes a constant of it, once. */
  idOf(operand: Operand): ValueId {
    if (!isKnown(operand)) return operand.id;
    const made = this.#ids.get(operand) ?? this.#builder.constant(operand.name, operand.type, operand.data);
    this.#ids.set(operand, made);
    return made;
  }

  /** What has been made of `inputs` so far to get `outputs`; undefined where these need others, or are made by no node. */
  part(inputs: readonly Computed[], outputs: readonly Computed[]): Graph | undefined {
    return this.#builder.part(
      inputs.map(({ id }) => id),
      outputs.map(({ id }) => id),
    );
  }

  /** With outputs that no node makes, or one value twice, given a node of their own. */
  build(outputs: readonly NamedOutput[]): Graph {
    const taken = new Set<ValueId>(this.#inputs);
    const ends = outputs.map(({ name, operand }) => {
      const id = this.idOf(operand);
      const isOwn = !isKnown(operand) && !taken.has(id);
      taken.add(id);
      return { name, id: isOwn ? id : this.#copy(name, operand) };
    });
    const graph = this.#builder.build(ends.map(({ id }) => id));
    return ends.reduce((named, { id, name }) => renamed(named, id, name), graph);
  }

  #copy(name: string, operand: Operand): ValueId {
    const { shape } = operand.type;
    return this.#builder.add('reshape', name, { newShape: shape }, [this.idOf(operand)]);
  }

  /** Counts a tensor that a node makes, before it is made. Refuses what has no elements. */
  spend(type: TensorType): void {
    const { shape } = type;
    if (!shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
      throw inputError('operation-shape', `it would make a tensor of shape ${formatShape(shape)}.`);
    }
    this.#allowance.spendEntries(1);
    this.#allowance.spendTensorBytes(elementCount(shape) * 4);
  }

  #compute<Kind extends OpKind>(
    kind: Kind,
    name: string,
    attributes: AttributesOf<Kind>,
    operands: readonly (Operand | undefined)[],
    types: readonly TensorType[],
  ): readonly Known[] | undefined {
    if (!operands.every((operand) => operand === undefined || isKnown(operand))) return undefined;
    const integers = foldedIntegers(kind, attributes as FoldedAttributes, operands, types[0]);
    if (integers !== undefined) return [{ name, type: types[0], data: integers }];
    const inputs = operands.map((operand) => operand?.type);
    const kernel = COPYING_KINDS.has(kind) ? opOf(kind).kernels.float32 : kernelOf(kind, inputs[0]?.dtype);
    if (kernel === undefined) return undefined;
    checkForm(
      kind,
      attributes,
      inputs.map((type) => type?.shape),
      types.map(({ shape }) => shape),
    );
    const data = operands.map((operand) => operand?.data);
    return computeOnce(kernel, attributes, inputs, types, data).map((result, index) => ({
      name: index === 0 ? name : `${name}:${index}`,
      type: types[index],
      data: result,
    }));
  }
}

/** Refuses results beyond their type, where a kernel would wrap around; TFLM has not all of these for integers. */
function foldedIntegers(
  kind: OpKind,
  attributes: FoldedAttributes,
  operands: readonly (Operand | undefined)[],
  type: TensorType,
): TensorData | undefined {
  const known = operands.flatMap((operand) =>
    operand !== undefined && isKnown(operand) && isInteger(operand.type)
      ? [{ shape: operand.type.shape, values: Array.from(operand.data, Number) }]
      : [],
  );
  if (known.length !== operands.length || !isInteger(type)) return undefined;
  const values = foldKind(kind, attributes, known);
  if (values === undefined) return undefined;
  if (!fitsIntegers(values, type.dtype)) {
    throw unsupportedError('integer-range', `it computes integers that are none of ${type.dtype}.`);
  }
  return Object.assign(allocate(type.dtype, values.length), values);
}

function renamed(graph: Graph, id: ValueId, name: string): Graph {
  return { ...graph, values: new Map(graph.values).set(id, { ...getValue(graph, id), name }) };
}

/** Refuses an operand that something computed decides, where only a number will do. */
export function knownNumbers(operand: Operand, what: string): readonly number[] {
  if (isKnown(operand)) return Array.from(operand.data, Number);
  throw unsupportedError(
    'dynamic-operand',
    `its ${what} is computed from the inputs, and must be known beforehand.`,
    'Export the model with static shapes.',
  );
}
