/**
 * The nodes of a TensorFlow graph that its outputs need, each behind what it reads. Functions are lowered where they are called.
 * Loops and branches must be decided by constants: loops are lowered step by step, of branches the one that is taken.
 */

import { inputError, unsupportedError, withErrorContext } from '../../core/errors.ts';
import type { Known, Operand } from '../lowering/graph-writer.ts';
import { type Nodes, plainOperator, titleOf } from './graph-nodes.ts';
import { branchAt, isTrue, MAX_DEPTH } from './loops/control-flow.ts';
import { leftBy, mergesOf, runFrame } from './loops/frames.ts';
import { runLoop } from './loops/run-loop.ts';
import type { Lowering } from './lowering.ts';
import type { NodeProto } from './messages.ts';
import { TensorFlowNode } from './node.ts';
import { lowerTensorFlowOf, unknownOperator } from './operators/index.ts';
import { isControl, nodeOf, referenceOf } from './references.ts';
import { DEAD, isKind, isOperand, type Value } from './values.ts';

/** Whose inputs may be variables, which all others read. */
const CARRYING: ReadonlySet<string> = new Set([
  'Enter',
  'Exit',
  'Identity',
  'IdentityN',
  'Merge',
  'NextIteration',
  'RefEnter',
  'RefExit',
  'RefIdentity',
  'RefMerge',
  'RefNextIteration',
  'RefSwitch',
  'Switch',
]);

const VARIABLES: ReadonlySet<string> = new Set(['VarHandleOp', 'Variable', 'VariableV2']);

/** Which function a node runs, and what it is given. */
interface Call {
  readonly name: string;
  readonly inputs: readonly Value[];
}
type CallOf = (node: TensorFlowNode) => Call;

const called: CallOf = (node) => ({ name: node.functionName('f'), inputs: node.values });

const branched: CallOf = (node) => {
  const [condition, ...inputs] = node.values;
  return { name: node.functionName(isTrue(condition) ? 'then_branch' : 'else_branch'), inputs };
};

const chosen: CallOf = (node) => {
  const [index, ...inputs] = node.values;
  return { name: branchAt(index, node.functionNames('branches')), inputs };
};

const CALLS: Readonly<Record<string, CallOf>> = {
  Case: chosen,
  If: branched,
  PartitionedCall: called,
  StatefulPartitionedCall: called,
  StatelessCase: chosen,
  StatelessIf: branched,
};
const LOOPS: ReadonlySet<string> = new Set(['While', 'StatelessWhile']);

/** The nodes of a graph or function for given arguments, or of one step of a loop in it. */
export class Scope {
  readonly #lowering: Lowering;
  readonly #nodes: Nodes;
  readonly #made: Map<string, readonly Value[]>;
  readonly #depth: number;
  /** Around a loop: where the values come from that enter it. */
  readonly #outside: Scope | undefined;

  constructor(
    lowering: Lowering,
    nodes: Nodes,
    given: ReadonlyMap<string, readonly Value[]>,
    depth = 0,
    outside?: Scope,
  ) {
    this.#lowering = lowering;
    this.#nodes = nodes;
    this.#made = new Map(given);
    this.#depth = depth;
    this.#outside = outside;
  }

  value(text: string): Value {
    const { node, output } = referenceOf(text, (name) => this.#nodes.get(name)?.operator);
    const value = this.#make(node)[output];
    if (value !== undefined) return value;
    throw inputError(
      'tensorflow-reference',
      `output ${output} of node "${node}" is read, and it does not have as many.`,
    );
  }

  operand(text: string): Operand {
    const value = this.value(text);
    if (isOperand(value)) return value;
    if (isKind(value, 'variable')) return this.#lowering.readVariable(value.name);
    throw unsupportedError(
      'operand-kind',
      `"${text}" is no tensor.`,
      'Name nodes that give tensors with "--outputs".',
    );
  }

  /** Without a stack of calls: chains of nodes may be long. */
  #make(root: string): readonly Value[] {
    const pending = [root];
    const open = new Set<string>();
    for (let name = pending.at(-1); name !== undefined; name = pending.at(-1)) {
      if (this.#made.has(name)) {
        pending.pop();
        continue;
      }
      const node = this.#nodes.get(name);
      if (node === undefined) {
        throw inputError('tensorflow-reference', `Node "${name}" is read, and the file does not have it.`);
      }
      const missing = this.#needs(node).filter((needed) => !this.#made.has(needed));
      const around = missing.find((needed) => open.has(needed));
      if (around !== undefined || missing.includes(name)) {
        throw inputError(
          'tensorflow-cycle',
          `Node "${name}" reads "${around ?? name}", which reads it again.`,
        );
      }
      if (missing.length === 0) {
        this.#made.set(name, this.#lower(node));
        open.delete(name);
      } else {
        open.add(name);
        pending.push(...missing);
      }
    }
    return this.#made.get(root) ?? [];
  }

  /** Nodes whose values it reads here. What enters a loop is made outside of it, what leaves it by its steps. */
  #needs(node: NodeProto): readonly string[] {
    const operator = plainOperator(node.operator);
    if (operator === 'Exit' || (operator === 'Enter' && this.#outside !== undefined)) return [];
    return node.inputs.filter((text) => !isControl(text)).map(nodeOf);
  }

  #inputs(node: NodeProto): readonly Value[] {
    return node.inputs.filter((text) => !isControl(text)).map((text) => this.value(text));
  }

  #lower(node: NodeProto): readonly Value[] {
    this.#lowering.countNode();
    const operator = plainOperator(node.operator);
    if (operator === 'Exit') return [this.#leave(node)];
    if (operator === 'Enter' && this.#outside !== undefined)
      return [this.#outside.value(node.inputs[0] ?? '')];
    const inputs = this.#inputs(node);
    if (operator === 'Merge') return this.#merge(node, inputs);
    if (inputs.some((input) => isKind(input, 'dead'))) return [DEAD, DEAD, DEAD, DEAD];
    if (VARIABLES.has(operator)) return [{ kind: 'variable', name: node.name }];
    if (operator === 'Const') return this.#lowering.constant(node, () => this.#ordinary(node, inputs));
    if (operator === 'Switch') return withErrorContext(titleOf(node), () => this.#switch(inputs));
    if (operator === 'Enter' || operator === 'NextIteration') return inputs;
    return this.#call(node, inputs) ?? this.#ordinary(node, inputs);
  }

  #ordinary(node: NodeProto, inputs: readonly Value[]): readonly Value[] {
    return withErrorContext(titleOf(node), () => {
      const lower = lowerTensorFlowOf(plainOperator(node.operator));
      if (lower === undefined) throw unknownOperator(node.operator);
      const read = CARRYING.has(node.operator)
        ? inputs
        : inputs.map((input) =>
            isKind(input, 'variable') ? this.#lowering.readVariable(input.name) : input,
          );
      const lowered = lower(new TensorFlowNode(node, read, this.#lowering));
      return Array.isArray(lowered) ? (lowered as readonly Value[]) : [lowered as Value];
    });
  }

  /** What a node that runs functions gives; undefined for all others. */
  #call(node: NodeProto, inputs: readonly Value[]): readonly Value[] | undefined {
    const { operator } = node;
    if (this.#lowering.hasFunction(operator)) return this.#run(node, operator, inputs);
    const attributes = new TensorFlowNode(node, inputs, this.#lowering);
    if (LOOPS.has(operator)) {
      const named = (name: string) => withErrorContext(titleOf(node), () => attributes.functionName(name));
      return runLoop(
        node,
        inputs,
        {
          goesOn: (state) => this.#run(node, named('cond'), state)[0],
          step: (state) => this.#run(node, named('body'), state),
        },
        this.#lowering,
      );
    }
    if (!Object.hasOwn(CALLS, operator)) return undefined;
    const call = withErrorContext(titleOf(node), () => CALLS[operator](attributes));
    return this.#run(node, call.name, call.inputs);
  }

  #run(node: NodeProto, name: string, inputs: readonly Value[]): readonly Value[] {
    const { nodes, given, results } = withErrorContext(titleOf(node), () =>
      this.#lowering.callee(name, inputs, this.#depth),
    );
    const scope = new Scope(this.#lowering, nodes, given, this.#depth + 1);
    return results.map((result) => scope.value(result));
  }

  #switch([data, condition]: readonly Value[]): readonly Value[] {
    return isTrue(condition) ? [DEAD, data] : [data, DEAD];
  }

  #merge(node: NodeProto, inputs: readonly Value[]): readonly Value[] {
    const place = inputs.findIndex((input) => !isKind(input, 'dead'));
    if (place === -1) return [DEAD, DEAD];
    const index: Known = {
      name: `${node.name}/index`,
      type: { dtype: 'int32', shape: [] },
      data: Int32Array.of(place),
    };
    return [inputs[place], index];
  }

  #leave(exit: NodeProto): Value {
    const { condition, merged } = leftBy(exit, this.#nodes);
    const value = this.#loop(condition).get(merged);
    if (value !== undefined) return value;
    throw inputError('tensorflow-loop', `${titleOf(exit)} leaves a loop that it is no part of.`);
  }

  /** By the nodes that merge what enters the loop with what its last step made. */
  #loop(condition: string): ReadonlyMap<string, Value> {
    if (this.#depth >= MAX_DEPTH) {
      throw unsupportedError(
        'functions-too-deep',
        `Loops stand within each other more than ${MAX_DEPTH} deep.`,
      );
    }
    const key = `${condition}/loop`;
    const merges = mergesOf(condition, this.#nodes);
    const ended = this.#made.get(key) ?? this.#runLoop(condition, merges);
    this.#made.set(key, ended);
    return new Map(merges.map(({ name }, index) => [name, ended[index]]));
  }

  #runLoop(condition: string, merges: readonly NodeProto[]): readonly Value[] {
    const stepOf = (state: readonly Value[]): Scope =>
      new Scope(
        this.#lowering,
        this.#nodes,
        new Map(merges.map(({ name }, index) => [name, [state[index], DEAD]])),
        this.#depth + 1,
        this,
      );
    return runFrame({ nodes: this.#nodes, condition, merges, outside: this, stepOf }, this.#lowering);
  }
}
