/**
 * The nodes of a TensorFlow graph that its outputs need, each behind what it reads. Functions are lowered where they are called.
 * Loops and branches must be decided by constants: loops are lowered step by step, of branches the one that is taken.
 */

import { inputError, unsupportedError, withErrorContext } from '../../core/errors.ts';
import type { GraphWriter, Known, Operand } from '../lowering/graph-writer.ts';
import { isKnown } from '../lowering/graph-writer.ts';
import type { FunctionProto, LibraryProto, NodeProto } from './messages.ts';
import { type KnownForms, TensorFlowNode } from './node.ts';
import { lowerTensorFlowOf, TENSORFLOW_OPERATORS } from './operators/index.ts';
import { isControl, nodeOf, referenceOf } from './references.ts';
import { DEAD, isKind, isOperand, type Value } from './values.ts';

/** Functions and loops within one another. */
const MAX_DEPTH = 24;
/** Of a loop; longer ones make networks that no chip holds. */
const MAX_STEPS = 1024;
/** Nodes that are lowered of a file, those of a loop as often as it runs. */
const MAX_LOWERED = 2 ** 18;

/** The value of a variable by the name of the node that makes it. */
export type ReadVariable = (name: string) => Known;

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
const CALLS: ReadonlySet<string> = new Set(['PartitionedCall', 'StatefulPartitionedCall']);
const LOOPS: ReadonlySet<string> = new Set(['While', 'StatelessWhile']);
const BRANCHES: ReadonlySet<string> = new Set(['If', 'StatelessIf']);

type Nodes = ReadonlyMap<string, NodeProto>;

export function nodesByName(nodes: readonly NodeProto[]): Nodes {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  if (byName.size === nodes.length) return byName;
  throw inputError('tensorflow-graph', 'Two nodes of the graph have the same name.');
}

/** A name with the prefix of reference variables means the same without it. */
function plainOperator(operator: string): string {
  return /^Ref(Enter|Exit|Identity|Merge|NextIteration|Switch)$/.test(operator)
    ? operator.slice(3)
    : operator;
}

function titleOf({ name, operator }: NodeProto): string {
  return `Node "${name}" (${operator})`;
}

/** What all functions and loops of a file share. */
export class Lowering {
  readonly writer: GraphWriter;
  readonly readVariable: ReadVariable;
  readonly forms: KnownForms = new WeakMap();
  readonly #functions: ReadonlyMap<string, FunctionProto>;
  readonly #nodes = new Map<FunctionProto, Nodes>();
  readonly #constants = new Map<NodeProto, readonly Value[]>();
  #lowered = 0;

  constructor(writer: GraphWriter, library: LibraryProto | undefined, readVariable: ReadVariable) {
    this.writer = writer;
    this.readVariable = readVariable;
    this.#functions = new Map(
      (library?.functions ?? []).map((one) => [one.signature?.name ?? '', one] as const),
    );
  }

  hasFunction(name: string): boolean {
    return this.#functions.has(name);
  }

  countNode(): void {
    this.#lowered++;
    if (this.#lowered <= MAX_LOWERED) return;
    throw unsupportedError(
      'model-too-large',
      `its loops and functions come to more than ${MAX_LOWERED} nodes.`,
      'Give the network shorter sequences.',
    );
  }

  /** Of every step of a loop the same, so that weights are constants once. */
  constant(node: NodeProto, make: () => readonly Value[]): readonly Value[] {
    const made = this.#constants.get(node) ?? make();
    this.#constants.set(node, made);
    return made;
  }

  call(name: string, inputs: readonly Value[], depth: number): readonly Value[] {
    const proto = this.#functions.get(name);
    if (proto?.signature === undefined) {
      throw inputError('tensorflow-function', `it calls "${name}", which the file does not have.`);
    }
    if (depth === MAX_DEPTH) {
      throw unsupportedError(
        'functions-too-deep',
        `functions call each other more than ${MAX_DEPTH} deep; "${name}" may call itself.`,
        'Write recursive functions as loops of a fixed number of steps.',
      );
    }
    const { inputs: names, outputs } = proto.signature;
    if (names.length !== inputs.length) {
      throw inputError(
        'tensorflow-function',
        `it gives ${inputs.length} arguments to "${name}", which takes ${names.length}.`,
      );
    }
    const given = new Map(names.map((argument, index) => [argument.name, [inputs[index]]] as const));
    const scope = new Scope(this, this.#nodesOf(proto), given, depth + 1);
    const results = new Map(proto.results.map(({ key, value }) => [key, value]));
    return outputs.map((output) => scope.value(results.get(output.name) ?? ''));
  }

  #nodesOf(proto: FunctionProto): Nodes {
    const made = this.#nodes.get(proto) ?? nodesByName(proto.nodes);
    this.#nodes.set(proto, made);
    return made;
  }
}

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
    const call = this.#callOf(node, inputs);
    if (call !== undefined) return call();
    return this.#ordinary(node, inputs);
  }

  #ordinary(node: NodeProto, inputs: readonly Value[]): readonly Value[] {
    return withErrorContext(titleOf(node), () => {
      const lower = lowerTensorFlowOf(plainOperator(node.operator));
      if (lower === undefined) throw unsupportedOperator(node.operator);
      const read = CARRYING.has(node.operator)
        ? inputs
        : inputs.map((input) =>
            isKind(input, 'variable') ? this.#lowering.readVariable(input.name) : input,
          );
      const lowered = lower(new TensorFlowNode(node, read, this.#lowering));
      return Array.isArray(lowered) ? (lowered as readonly Value[]) : [lowered as Value];
    });
  }

  /** What a node that runs functions does; undefined for all others. */
  #callOf(node: NodeProto, inputs: readonly Value[]): (() => readonly Value[]) | undefined {
    const { operator } = node;
    const lowering = this.#lowering;
    const attributes = new TensorFlowNode(node, inputs, lowering);
    const named = (name: string) => withErrorContext(titleOf(node), () => attributes.functionName(name));
    if (CALLS.has(operator)) return () => lowering.call(named('f'), inputs, this.#depth);
    if (lowering.hasFunction(operator)) return () => lowering.call(operator, inputs, this.#depth);
    if (LOOPS.has(operator)) {
      return () =>
        unrolled(node, inputs, {
          goesOn: (state) => lowering.call(named('cond'), state, this.#depth)[0],
          step: (state) => lowering.call(named('body'), state, this.#depth),
        });
    }
    if (BRANCHES.has(operator)) {
      return () => {
        const [condition, ...others] = inputs;
        const taken = withErrorContext(titleOf(node), () => isTrue(condition));
        return lowering.call(named(taken ? 'then_branch' : 'else_branch'), others, this.#depth);
      };
    }
    return undefined;
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

  /** The value with which a loop of Enter, Merge, Switch, NextIteration and Exit ends. */
  #leave(exit: NodeProto): Value {
    const chosen = this.#nodes.get(nodeOf(exit.inputs[0] ?? ''));
    const condition = chosen && nodeOf(chosen.inputs[1] ?? '');
    if (chosen === undefined || condition === undefined || plainOperator(chosen.operator) !== 'Switch') {
      throw inputError('tensorflow-loop', `${titleOf(exit)} leaves no loop.`);
    }
    const merged = nodeOf(chosen.inputs[0] ?? '');
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
    const merges = [...this.#nodes.values()]
      .filter(
        ({ operator, inputs }) =>
          plainOperator(operator) === 'Switch' && nodeOf(inputs[1] ?? '') === condition,
      )
      .flatMap(({ inputs }) => this.#nodes.get(nodeOf(inputs[0] ?? '')) ?? []);
    const ended = this.#made.get(key) ?? this.#runLoop(condition, merges);
    this.#made.set(key, ended);
    return new Map(merges.map(({ name }, index) => [name, ended[index]]));
  }

  #runLoop(condition: string, merges: readonly NodeProto[]): readonly Value[] {
    const from = (merge: NodeProto, wanted: string): string => {
      const found = merge.inputs.find(
        (text) => plainOperator(this.#nodes.get(nodeOf(text))?.operator ?? '') === wanted,
      );
      if (found !== undefined) return nodeOf(found);
      throw inputError('tensorflow-loop', `${titleOf(merge)} reads no ${wanted}.`);
    };
    const stepOf = (state: readonly Value[]): Scope =>
      new Scope(
        this.#lowering,
        this.#nodes,
        new Map(merges.map(({ name }, index) => [name, [state[index], DEAD]])),
        this.#depth + 1,
        this,
      );
    const entered = merges.map((merge) => this.value(this.#nodes.get(from(merge, 'Enter'))?.inputs[0] ?? ''));
    let scope: Scope | undefined;
    return unrolled(this.#nodes.get(condition) ?? merges[0], entered, {
      goesOn: (state) => {
        scope = stepOf(state);
        return scope.value(condition);
      },
      step: (state) => {
        const step = scope ?? stepOf(state);
        return merges.map((merge) => step.value(from(merge, 'NextIteration')));
      },
    });
  }
}

interface Loop {
  goesOn(state: readonly Value[]): Value | undefined;
  step(state: readonly Value[]): readonly Value[];
}

function unrolled(node: NodeProto, entered: readonly Value[], { goesOn, step }: Loop): readonly Value[] {
  let state = entered;
  for (let count = 0; ; count++) {
    const condition = goesOn(state);
    if (!withErrorContext(titleOf(node), () => isTrue(condition))) return state;
    if (count === MAX_STEPS) {
      throw unsupportedError(
        'loop-too-long',
        `${titleOf(node)} runs more than ${MAX_STEPS} times, and loops are unrolled.`,
        'Give the network shorter sequences.',
      );
    }
    state = step(state);
  }
}

function isTrue(value: Value | undefined): boolean {
  if (isOperand(value) && isKnown(value) && value.data.length === 1) return Number(value.data[0]) !== 0;
  throw unsupportedError(
    'dynamic-control-flow',
    'what it decides is computed from the inputs, and must be known beforehand.',
    'Choose between tensors with tf.where, and give loops a fixed number of steps.',
  );
}

function unsupportedOperator(operator: string): Error {
  return unsupportedError(
    'unsupported-operator',
    `tinyml cannot compute ${operator} on a microcontroller.`,
    `Use operators among ${TENSORFLOW_OPERATORS.join(', ')}.`,
  );
}
