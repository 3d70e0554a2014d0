/**
 * The operators of a file as nodes, in order, and what is found out about its tensors on the way: integers that depend on
 * constants and shapes alone are computed, and where that is asked for, what a conversion can mend is mended.
 */

import { unsupportedError, withErrorContext } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { elementCount, formatShape, sameShape, tensorBytes } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import type { Node, ValueId } from '../../ir/graph.ts';
import type { AttributesOf, OpKind } from '../../ops/index.ts';
import { type Allowance, boundedNumbers } from '../allowance.ts';
import { codecOf } from './codecs.ts';
import { foldOperator } from './constants/fold-operator.ts';
import { branchesOf, type ControlFlow, isControl, loopOf } from './control/subgraph-copies.ts';
import { fileOperator, type OperatorInFile, operandsOf, refuseCustomOptions } from './file-operator.ts';
import { BuiltinOperator } from './generated/tflite_generated.ts';
import type { Mending } from './mend/mending.ts';
import { type KnownOperator, unknownOperator } from './read-operators.ts';
import { corrupt, type FileTensor } from './read-tensors.ts';
import { assignsVariable } from './variable-tensors.ts';

/** Where an operand is left out. */
const ABSENT = -1;

export interface NodesOfFile {
  readonly nodes: readonly Node[];
  /** The operator of the file that each node is. */
  readonly origins: readonly KnownOperator[];
  /** With what was found out about them, and those that were made. */
  readonly tensors: readonly FileTensor[];
  /** The outputs of the graph, where an operator in place of another gives them. */
  readonly ends: readonly ValueId[];
}

/** What is given besides the operators. */
export interface NodeSurroundings {
  readonly tensors: readonly FileTensor[];
  /** Outputs of the graph, which need a node that writes them. */
  readonly ends: readonly ValueId[];
  /** Absent where the file is taken as it is. */
  readonly mending: Mending | undefined;
  /** What is run in place of operators that run subgraphs; absent where these are refused. */
  readonly control: ControlFlow | undefined;
  readonly allowance: Allowance;
}

/** The tensors that the operators at hand count: those of the file's main subgraph, or of a copy of another. */
interface Scope {
  readonly first: ValueId;
  readonly count: number;
  /** Of subgraphs within subgraphs. */
  readonly depth: number;
}

/** Of a loop whose end constants decide. */
const MOST_STEPS = 1000;
const MOST_DEPTH = 16;

class NodeReader {
  readonly #tensors: FileTensor[];
  readonly #ends: ReadonlySet<ValueId>;
  readonly #mending: Mending | undefined;
  readonly #control: ControlFlow | undefined;
  readonly #allowance: Allowance;
  /** Tensors that are others under another id: inputs and outputs of subgraphs that were put in place. */
  readonly #aliases = new Map<ValueId, ValueId>();
  #scope: Scope;

  constructor({ tensors, ends, mending, control, allowance }: NodeSurroundings) {
    this.#tensors = [...tensors];
    this.#ends = new Set(ends);
    this.#mending = mending;
    this.#control = control;
    this.#allowance = allowance;
    this.#scope = { first: 0, count: tensors.length, depth: 0 };
  }

  get tensors(): readonly FileTensor[] {
    return this.#tensors;
  }

  /** The value that stands for one of a file's. */
  resolve(id: ValueId): ValueId {
    let found = id;
    for (let next = this.#aliases.get(found); next !== undefined; next = this.#aliases.get(found))
      found = next;
    return found;
  }

  #tensor(index: number): FileTensor {
    const { first, count } = this.#scope;
    if (!(index >= 0 && index < count)) throw corrupt(`names tensor ${index} of ${count}`);
    return this.#tensors[this.resolve(first + index)];
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

  /** The variable is an operand in the graph, as for ASSIGN_VARIABLE. */
  #assignment({ inputs: [value], outputs: [variable, ...others] }: OperatorInFile): Node {
    if (value === undefined || others.length > 0) throw corrupt('has not one input and one output');
    const made = this.#made({ name: '', named: false, type: value.type });
    const name = variable.named ? variable.name : '';
    return nodeOf('assign_variable', name, {}, [variable.id, value.id], [made.id]);
  }

  /** Puts a subgraph here, with operands for its inputs; gives its outputs. */
  #inline(index: number, operands: readonly FileTensor[], nodes: Node[]): FileTensor[] {
    if (this.#control === undefined) throw unknownOperator('control flow');
    const copy = this.#control.copy(index, this.#tensors.length);
    const outer = this.#scope;
    const depth = outer.depth + 1;
    if (depth > MOST_DEPTH)
      throw unsupportedError('deep-control', `runs subgraphs within subgraphs, ${depth} deep`);
    this.#scope = { first: this.#tensors.length, count: copy.tensors.length, depth };
    if (copy.tensors.some(({ state }) => state !== undefined)) {
      throw unsupportedError('state-in-control', `runs subgraph ${index}, which keeps a state of its own`);
    }
    for (const tensor of copy.tensors) if (tensor.data === undefined) this.#spend(tensor);
    this.#tensors.push(...copy.tensors);
    if (copy.inputs.length !== operands.length) {
      throw corrupt(
        `gives ${counted(operands.length, 'operand')} to subgraph ${index}, which takes ${copy.inputs.length}`,
      );
    }
    for (const [at, input] of copy.inputs.entries()) {
      this.#aliases.set(this.#tensor(input).id, operands[at].id);
    }
    for (const operator of copy.operators) nodes.push(...this.read(operator));
    const outputs = copy.outputs.map((output) => this.#sized(output));
    this.#scope = outer;
    return outputs;
  }

  #isTrue(decision: FileTensor | undefined): boolean {
    const { data } = decision ?? {};
    if (data !== undefined && data.length === 1) return Boolean(data[0]);
    throw unsupportedError(
      'undecided-control',
      'depends on a value that the model computes, and tinyml runs what constants decide',
      'Unroll the loop, or choose the branch, before the model is converted.',
    );
  }

  /** The operators that run instead of an IF or WHILE. */
  #decided({ inputs, outputs, table }: OperatorInFile, isLoop: boolean): Node[] {
    const nodes: Node[] = [];
    const operands = inputs.filter((input) => input !== undefined);
    let results: readonly FileTensor[] = operands;
    if (isLoop) {
      const [condition, body] = loopOf(table);
      for (let step = 0; this.#isTrue(this.#inline(condition, results, nodes)[0]); step++) {
        if (step === MOST_STEPS) throw unsupportedError('long-loop', `runs more than ${MOST_STEPS} times`);
        results = this.#inline(body, results, nodes);
      }
    } else {
      const [holds, otherwise] = branchesOf(table);
      results = this.#inline(this.#isTrue(operands[0]) ? holds : otherwise, operands.slice(1), nodes);
    }
    if (results.length !== outputs.length)
      throw corrupt(`has ${counted(outputs.length, 'output')} for ${results.length}`);
    for (const [at, output] of outputs.entries()) this.#standsFor(output, results[at]);
    return nodes;
  }

  #standsFor(output: FileTensor, result: FileTensor): void {
    if (this.#ends.has(output.id)) {
      if (result.data !== undefined) {
        throw unsupportedError(
          'known-output',
          `gives "${output.name}", which is known before the model runs`,
        );
      }
      this.#tensors[result.id] = { ...result, name: output.name, named: output.named };
    }
    this.#aliases.set(output.id, result.id);
  }

  /** None where the outputs are known now, and no node is needed. */
  read(known: KnownOperator): readonly Node[] {
    const operator = this.#operator(known);
    if (this.#control !== undefined && isControl(known.code.code)) {
      return this.#decided(operator, known.code.code === BuiltinOperator.WHILE);
    }
    const node = this.#single(known, operator);
    return node === undefined ? [] : [node];
  }

  #single(known: KnownOperator, operator: OperatorInFile): Node | undefined {
    const { kind } = known.code;
    refuseCustomOptions(operator.table, kind);
    if (kind !== undefined && codecOf(kind).withoutOutputs) return this.#withoutOutputs(operator, kind);
    if (operator.outputs.length === 0) throw corrupt('has no output');
    if (assignsVariable(operator)) return this.#assignment(operator);
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
    const read = withErrorContext(placeOf(operator), () => reader.read(operator));
    nodes.push(...read);
    origins.push(...read.map(() => operator));
  }
  return { nodes, origins, tensors: reader.tensors, ends: surroundings.ends.map((id) => reader.resolve(id)) };
}
