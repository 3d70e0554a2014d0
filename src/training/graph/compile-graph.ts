/** How a float32 graph becomes one plan of a training step. */

import { unsupportedError } from '../../core/errors.ts';
import { elementCount } from '../../core/tensor.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { isLinear } from '../../passes/linear.ts';
import type { Parameters } from '../compiled/compile-layers.ts';
import { readersOf } from '../compiled/readers.ts';
import { samplesOf } from '../compiled/run.ts';
import { type Slot, StepPlan, type Weight } from '../compiled/step-plan.ts';
import { learnedConstants } from './learned-constants.ts';
import { FLOAT_NUMERICS, type LearnedOf, type Numerics } from './numerics.ts';
import { TRAINED_OPERATORS } from './operators/index.ts';
import type { CompileOperator, Operand } from './operators/operator.ts';

export interface CompiledGraph {
  readonly plan: StepPlan;
  readonly input: Slot;
  readonly output: Slot;
  /** Where the values that are observed lie, and where an objective writes their gradients. */
  readonly observed: readonly Slot[];
  readonly parameters: Parameters;
  /** The constants in training. */
  readonly weights: ReadonlyMap<ValueId, Weight>;
  /** What the numerics learn beside them, by name. */
  readonly extras: ReadonlyMap<string, Weight>;
}

interface Placed {
  readonly parameters: Parameters;
  readonly weights: ReadonlyMap<ValueId, Weight>;
  readonly extras: ReadonlyMap<string, Weight>;
}

/** All that is learned lies in one piece, and so do its gradients. */
function placeWeights(plan: StepPlan, graph: Graph, { extras }: Numerics): Placed {
  const constants = [...learnedConstants(graph)].map((id) => ({ id, shape: getValue(graph, id).type.shape }));
  const shapes = [
    ...constants.map(({ shape }) => shape),
    ...[...extras.values()].map(({ length }) => [length]),
  ];
  const count = shapes.reduce((sum, shape) => sum + elementCount(shape), 0);
  const parameters = { address: plan.keep(count), gradients: plan.reserve(count), count };
  let bytes = 0;
  const placed = shapes.map((shape): Weight => {
    const size = elementCount(shape);
    const [address, gradient] = [parameters.address + bytes, parameters.gradients + bytes];
    bytes += size * Float32Array.BYTES_PER_ELEMENT;
    return { shape, size, address, gradient };
  });
  return {
    parameters,
    weights: new Map(constants.map(({ id }, index) => [id, placed[index]])),
    extras: new Map([...extras.keys()].map((name, index) => [name, placed[constants.length + index]])),
  };
}

/** The nodes that some of the values depend on. */
function nodesBehind(graph: Graph, values: readonly ValueId[]): ReadonlySet<Node> {
  const needed = new Set(values);
  const nodes = new Set<Node>();
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((id) => needed.has(id))) continue;
    nodes.add(node);
    for (const id of node.inputs) if (id !== undefined) needed.add(id);
  }
  return nodes;
}

/** How often each value is read by what learns, an objective included. */
function learningReaders(nodes: ReadonlySet<Node>, observed: readonly ValueId[]): Map<ValueId, number> {
  const counts = new Map<ValueId, number>();
  const read = [...nodes].flatMap(({ inputs }) => inputs).concat(observed);
  for (const id of read) if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

class Compiler {
  readonly #graph: Graph;
  readonly #numerics: Numerics;
  readonly #plan: StepPlan;
  readonly #placed: Placed;
  readonly #learning: ReadonlySet<Node>;
  readonly #readers: ReadonlyMap<ValueId, number>;
  /** Of each value the slots that readers have not taken yet, and one without a gradient. */
  readonly #waiting = new Map<ValueId, Slot[]>();
  readonly #plain = new Map<ValueId, Slot>();
  /** Of weights that several nodes share, those that have one of their gradients already. */
  readonly #taken = new Set<ValueId>();

  constructor(
    graph: Graph,
    plan: StepPlan,
    placed: Placed,
    observes: readonly ValueId[],
    numerics: Numerics,
  ) {
    this.#graph = graph;
    this.#plan = plan;
    this.#placed = placed;
    this.#numerics = numerics;
    this.#learning = nodesBehind(graph, observes);
    this.#readers = learningReaders(this.#learning, observes);
  }

  readonly learned: LearnedOf = (extra) => this.#placed.extras.get(extra) as Weight;

  /** Where a value lies. */
  slot(id: ValueId): Slot {
    return this.#plain.get(id) as Slot;
  }

  /** As one of those that write a gradient. */
  take(id: ValueId): Slot {
    return this.#waiting.get(id)?.pop() as Slot;
  }

  place(id: ValueId, slot: Slot): void {
    this.#plain.set(id, { shape: slot.shape, size: slot.size, address: slot.address });
    const readers = this.#readers.get(id) ?? 0;
    const { gradient, size } = slot;
    // One output of several that nobody reads.
    if (readers === 0 && gradient !== undefined) {
      this.#plan.backward.addBySample((run, first, end) =>
        samplesOf(run, gradient, size, first, end).fill(0),
      );
    }
    this.#waiting.set(id, readersOf(this.#plan, slot, readers));
  }

  #operand(id: ValueId | undefined, learns: boolean): Operand | undefined {
    if (id === undefined) return undefined;
    const { data, type } = getValue(this.#graph, id);
    if (data !== undefined) return { data, shape: type.shape };
    return { slot: learns ? this.take(id) : this.slot(id), shape: type.shape };
  }

  /** Where another node has the weight too, its gradient is added up in the end. */
  #weight(node: Node, position: number, learns: boolean): Weight | undefined {
    const id = node.inputs[position];
    const weight = id === undefined ? undefined : this.#placed.weights.get(id);
    if (id === undefined || weight === undefined) return undefined;
    let own = weight;
    if (learns && this.#taken.has(id)) {
      const [gradient, to] = [this.#plan.reserve(weight.size), weight.gradient as number];
      // In front of everything: steps run backward.
      this.#plan.backward.addFirst(({ kernels }) => kernels.add(gradient, to, weight.size));
      own = { ...weight, gradient };
    }
    if (learns) this.#taken.add(id);
    const given = learns ? own : { shape: own.shape, size: own.size, address: own.address };
    return this.#numerics.weight(this.#plan, node, position, given, this.learned);
  }

  compile(node: Node): void {
    const compile = TRAINED_OPERATORS[node.kind] as CompileOperator<Node['kind']> | undefined;
    if (compile === undefined) {
      throw unsupportedError(
        'untrainable-operator',
        `${node.kind.toUpperCase()} "${node.name}" cannot be trained through`,
        'Train the model where it comes from.',
      );
    }
    const learns = this.#learning.has(node);
    const operands = node.inputs.map((id, position) =>
      isLinear(node) && position > 0 ? undefined : this.#operand(id, learns),
    );
    const outputs = compile(node.attributes as never, {
      plan: this.#plan,
      node,
      operands,
      learns,
      outputShapes: node.outputs.map((id) => getValue(this.#graph, id).type.shape),
      weight: (position) => this.#weight(node, position, learns),
      finish: (output) => this.#numerics.finish(this.#plan, node, output, operands, this.learned),
    });
    for (const [index, id] of node.outputs.entries()) this.place(id, outputs[index]);
  }
}

/**
 * Plans the step of a graph with one input and one output for batches of at most `rows` samples. Throws `unsupported`
 * errors for operators that have no gradient here.
 */
export function compileGraph(
  graph: Graph,
  rows: number,
  observes: readonly ValueId[],
  numerics: Numerics = FLOAT_NUMERICS,
): CompiledGraph {
  const plan = new StepPlan(rows);
  const placed = placeWeights(plan, graph, numerics);
  const compiler = new Compiler(graph, plan, placed, observes, numerics);
  const [inputId] = graph.inputs;
  const input = plan.slot(getValue(graph, inputId).type.shape, false);
  numerics.input(plan, inputId, input, compiler.learned);
  compiler.place(inputId, input);
  for (const node of graph.nodes) compiler.compile(node);
  return {
    plan,
    input,
    output: compiler.slot(graph.outputs[0]),
    observed: observes.map((id) => compiler.take(id)),
    ...placed,
  };
}
