/**
 * The operators of a file as nodes, in order, and what is found out about its tensors on the way: integers that depend on
 * constants and shapes alone are computed, and where that is asked for, what a conversion can mend is mended.
 */

import { unsupportedError, withErrorContext } from '../../core/errors.ts';
import { elementCount, formatShape, sameShape, tensorBytes } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import type { AttributesOf, OpKind } from '../../ops/index.ts';
import { type Allowance, boundedNumbers } from '../allowance.ts';
import { codecOf } from './codecs.ts';
import { foldOperator } from './constants/fold-operator.ts';
import { fileOperator, type OperatorInFile, operandsOf, refuseCustomOptions } from './file-operator.ts';
import type { Mending } from './mend/mending.ts';
import { type KnownOperator, unknownOperator } from './read-operators.ts';
import { corrupt, type FileTensor } from './read-tensors.ts';

/** Where an operand is left out. */
const ABSENT = -1;

export interface NodesOfFile {
  readonly nodes: readonly Node[];
  /** The operator of the file that each node is. */
  readonly origins: readonly KnownOperator[];
  /** With what was found out about them, and those that were made. */
  readonly tensors: readonly FileTensor[];
}

/** What is given besides the operators. */
export interface NodeSurroundings {
  readonly tensors: readonly FileTensor[];
  /** Outputs of the graph, which need a node that writes them. */
  readonly ends: readonly ValueId[];
  /** Absent where the file is taken as it is. */
  readonly mending: Mending | undefined;
  readonly allowance: Allowance;
}

class NodeReader {
  readonly #tensors: FileTensor[];
  readonly #ends: ReadonlySet<ValueId>;
  readonly #mending: Mending | undefined;
  readonly #allowance: Allowance;

  constructor({ tensors, ends, mending, allowance }: NodeSurroundings) {
    this.#tensors = [...tensors];
    this.#ends = new Set(ends);
    this.#mending = mending;
    this.#allowance = allowance;
  }

  get tensors(): readonly FileTensor[] {
    return this.#tensors;
  }

  #tensor(index: number): FileTensor {
    const tensor = this.#tensors[index];
    if (tensor === undefined) throw corrupt(`names tensor ${index} of ${this.#tensors.length}`);
    return tensor;
  }

  /** One that holds elements; those of no size stand for something else. */
  #sized(index: number): FileTensor {
    const tensor = this.#tensor(index);
    if (tensor.isHandle) {
      throw unsupportedError(
        'unsupported-type',
        `takes "${tensor.name}" for a variable, which no VAR_HANDLE names`,
      );
    }
    if (!tensor.type.shape.includes(0)) return tensor;
    throw unsupportedError(
      'dynamic-shape',
      `has no elements in "${tensor.name}", of shape ${formatShape(tensor.type.shape)}`,
    );
  }

  #operator({ operator: table, code }: KnownOperator): OperatorInFile {
    const inputs = boundedNumbers(table.inputsLength(), (i) => table.inputs(i), this.#allowance);
    const outputs = boundedNumbers(table.outputsLength(), (i) => table.outputs(i), this.#allowance);
    const between = boundedNumbers(
      table.intermediatesLength(),
      (i) => table.intermediates(i),
      this.#allowance,
    );
    return {
      table,
      code,
      inputs: inputs.map((index) => (index === ABSENT ? undefined : this.#sized(index))),
      outputs: outputs.map((index) => this.#sized(index)),
      intermediates: between.map((index) => this.#tensor(index).type),
    };
  }

  /** Takes the outputs of an operator for known, or leaves them to the node. */
  #fold(operator: OperatorInFile): boolean {
    const { outputs } = operator;
    if (outputs.some(({ id, data }) => this.#ends.has(id) || data !== undefined)) return false;
    const folded = foldOperator(operator) ?? this.#mending?.fold(operator);
    if (folded?.length !== outputs.length) return false;
    if (
      this.#mending === undefined &&
      folded.some(({ shape }, i) => !sameShape(shape, outputs[i].type.shape))
    )
      return false;
    for (const [index, { shape, data }] of folded.entries()) {
      const { id, type } = outputs[index];
      const known = { ...outputs[index], type: { ...type, shape }, data };
      if (!sameShape(shape, type.shape)) this.#spend(known);
      this.#tensors[id] = known;
    }
    return true;
  }

  #node(operator: OperatorInFile, kind: OpKind): Node {
    const codec = codecOf(kind);
    const mended = this.#mending?.operands(operator, kind, (tensor) => this.#made(tensor)) ?? operator;
    const attributes = codec.read(fileOperator(mended, codec)) as AttributesOf<OpKind>;
    const operands = operandsOf(codec, mended.inputs);
    const outputs = this.#mending?.outputs(kind, attributes, operands, mended.outputs) ?? mended.outputs;
    for (const output of outputs) {
      if (output !== this.#tensors[output.id]) this.#spend(output);
      this.#tensors[output.id] = output;
    }
    return nodeOf(
      kind,
      outputs[0].named ? outputs[0].name : '',
      attributes,
      operands.map((operand) => operand?.id),
      outputs.map(({ id }) => id),
    );
  }

  /** What the file does not say can be larger than all that it says. */
  #spend({ type }: Pick<FileTensor, 'type'>): void {
    this.#allowance.spendTensorBytes(tensorBytes(type));
  }

  /** Every index is looked at, and many operators may share a tensor of them. */
  #spendLooks({ outputs }: OperatorInFile): void {
    for (const { type } of outputs) this.#allowance.spendEntries(elementCount(type.shape));
  }

  /** A tensor of the graph that the file does not have. */
  #made(tensor: Omit<FileTensor, 'id'>): FileTensor {
    this.#spend(tensor);
    const made = { ...tensor, id: this.#tensors.length };
    this.#tensors.push(made);
    return made;
  }

  /** With an output that only the graph has. */
  #withoutOutputs(operator: OperatorInFile, kind: OpKind): Node {
    const [, value] = operator.inputs;
    if (operator.inputs.length !== 2 || value === undefined || operator.outputs.length > 0) {
      throw unsupportedError('operand-count', 'has not two inputs and no output');
    }
    const made = this.#made({ name: '', named: false, type: value.type });
    return this.#node({ ...operator, outputs: [made] }, kind);
  }

  /** Undefined where the outputs are known now, and no node is needed. */
  read(known: KnownOperator): Node | undefined {
    const operator = this.#operator(known);
    const { kind } = known.code;
    refuseCustomOptions(operator.table, kind);
    if (kind !== undefined && codecOf(kind).withoutOutputs) return this.#withoutOutputs(operator, kind);
    if (operator.outputs.length === 0) throw corrupt('has no output');
    if (kind === 'tflm_decode') this.#spendLooks(operator);
    if (this.#fold(operator)) return undefined;
    const replaced = this.#mending?.replaced(operator);
    if (replaced !== undefined) return this.#node(...replaced);
    if (known.code.kind === undefined) throw unknownOperator(known.code.name);
    return this.#node(operator, known.code.kind);
  }
}

function placeOf({ index, code: { kind } }: KnownOperator): string {
  return `operator ${index}${kind === undefined ? '' : ` (${kind.toUpperCase()})`}`;
}

export function readNodes(operators: readonly KnownOperator[], surroundings: NodeSurroundings): NodesOfFile {
  const reader = new NodeReader(surroundings);
  const nodes: Node[] = [];
  const origins: KnownOperator[] = [];
  for (const operator of operators) {
    const node = withErrorContext(placeOf(operator), () => reader.read(operator));
    if (node === undefined) continue;
    nodes.push(node);
    origins.push(operator);
  }
  return { nodes, origins, tensors: reader.tensors };
}
