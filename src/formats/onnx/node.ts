/** A node of an ONNX graph while it is lowered: its operands, its attributes, and the version of its operator set. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import type { LoadBeside } from '../importer.ts';
import type { GraphWriter, Known, Operand } from '../lowering/graph-writer.ts';
import { Operation } from '../lowering/operation.ts';
import type { AttributeProto, NodeProto } from './messages.ts';
import { readTensor } from './tensor.ts';

/** `AttributeProto.AttributeType`. */
const KINDS = {
  float: 1,
  integer: 2,
  text: 3,
  tensor: 4,
  floats: 6,
  integers: 7,
  texts: 8,
} as const;

export interface NodeSurroundings {
  readonly writer: GraphWriter;
  /** Of the operator set that the node's domain has in this file. */
  readonly version: number;
  readonly loadBeside: LoadBeside;
  /** In front of its name: of the calls of functions that it is within. */
  readonly prefix?: string;
  /** Names of tensors that anything in the file reads. */
  readonly read: ReadonlySet<string>;
  /**
   * Present for the network of one time step, whose recurrent layers keep their states from one inference to the next: how many steps
   * the whole sequence has.
   */
  readonly steps: number | undefined;
}

export class OnnxNode extends Operation {
  readonly operator: string;
  readonly version: number;
  /** How many outputs the file names; an unused one in the middle has an empty name and counts. */
  readonly outputCount: number;
  readonly #proto: NodeProto;
  readonly #surroundings: NodeSurroundings;
  readonly #attributes: ReadonlyMap<string, AttributeProto>;
  readonly #loadBeside: LoadBeside;
  readonly #asked = new Set<string>();
  readonly #readOutputs: readonly boolean[];

  constructor(proto: NodeProto, inputs: readonly (Operand | undefined)[], surroundings: NodeSurroundings) {
    const { writer, version, loadBeside, prefix = '', read } = surroundings;
    super(`${prefix}${proto.outputs.find((name) => name !== '') ?? proto.name}`, inputs, writer);
    this.#proto = proto;
    this.#surroundings = surroundings;
    this.operator = proto.operator;
    this.version = version;
    this.outputCount = proto.outputs.length;
    this.#attributes = new Map(proto.attributes.map((attribute) => [attribute.name, attribute]));
    this.#loadBeside = loadBeside;
    this.#readOutputs = proto.outputs.map((name) => read.has(name));
  }

  /** Of the whole sequence, where only one of them is there and recurrent layers keep their states. */
  get steps(): number | undefined {
    return this.#surroundings.steps;
  }

  /** Whether something may read an output. */
  isRead(output: number): boolean {
    return this.#readOutputs[output] === true;
  }

  /** The node with other operands, as of another version of its operator where one is given. */
  withInputs(inputs: readonly (Operand | undefined)[], version = this.version): OnnxNode {
    return new OnnxNode(this.#proto, inputs, { ...this.#surroundings, version });
  }

  has(name: string): boolean {
    this.#asked.add(name);
    return this.#attributes.has(name);
  }

  integer(name: string, otherwise?: number): number {
    return this.#required(name, this.#attribute(name, 'integer')?.i ?? otherwise);
  }

  float(name: string, otherwise?: number): number {
    return this.#required(name, this.#attribute(name, 'float')?.f ?? otherwise);
  }

  text(name: string, otherwise?: string): string {
    const found = this.#attribute(name, 'text');
    return this.#required(name, found === undefined ? otherwise : new TextDecoder().decode(found.s));
  }

  integers(name: string): readonly number[] | undefined {
    return this.#attribute(name, 'integers')?.ints;
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attribute(name, 'floats')?.floats;
  }

  texts(name: string): readonly string[] | undefined {
    return this.#attribute(name, 'texts')?.strings.map((text) => new TextDecoder().decode(text));
  }

  tensor(name: string): Known | undefined {
    const proto = this.#attribute(name, 'tensor')?.t;
    return proto && { ...readTensor(proto, this.#loadBeside), name: this.name };
  }

  /** Numbers that old operator sets have as an attribute, and new ones as an input. */
  numbersOf(name: string, position: number): readonly number[] | undefined {
    return this.integers(name) ?? this.numbers(position, name);
  }

  /** Attributes that nobody has asked for. */
  unread(): readonly string[] {
    return [...this.#attributes.keys()].filter((name) => !this.#asked.has(name));
  }

  #attribute(name: string, kind: keyof typeof KINDS): AttributeProto | undefined {
    this.#asked.add(name);
    const found = this.#attributes.get(name);
    // Writers of the first version left the type out.
    if (found === undefined || found.type === 0 || found.type === KINDS[kind]) return found;
    throw inputError('onnx-attribute', `its attribute "${name}" has type ${found.type}, not ${KINDS[kind]}.`);
  }

  #required<T>(name: string, value: T | undefined): T {
    if (value !== undefined) return value;
    throw inputError('onnx-attribute', `its attribute "${name}" is missing.`);
  }
}

/** Appends the operator's nodes and returns its outputs; what nobody can read may be left out. */
export type LowerOnnx = (node: OnnxNode) => Operand | readonly (Operand | undefined)[];

/** Operators by name. */
export type OnnxOperators = Readonly<Record<string, LowerOnnx>>;

export function refuseAttribute(name: string, why: string, hint?: string): Error {
  return unsupportedError('unsupported-attribute', `its "${name}" ${why}.`, hint);
}
