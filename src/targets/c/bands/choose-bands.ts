/** Which operators of a program are computed in bands of rows, so that its buffer is smaller. */

import { tensorBytes } from '../../../core/tensor.ts';
import {
  type Graph,
  getValue,
  inputShapes,
  type Node,
  outputTypes,
  type ValueId,
} from '../../../ir/graph.ts';
import { nodeMacs } from '../../../ir/graph-cost.ts';
import { opOf } from '../../../ops/index.ts';
import {
  canSplit,
  rowsInBands,
  type Stage,
  splitInBands,
  stageHeight,
} from '../../../passes/bands/split-in-bands.ts';
import type { Pass } from '../../../passes/pass.ts';
import { compileStep } from '../compile-step.ts';
import { ConstantPool } from '../constant-pool.ts';
import type { MemoryStep } from '../memory/memory-step.ts';
import { memoryBound, type PlannedMemory, planMemory } from '../memory/plan-memory.ts';
import type { Optimize } from '../optimize.ts';
import type { ProgramStep } from '../program-step.ts';
import type { BandedStage } from './banding.ts';

/** The goals that make bands. */
type BandedGoal = Exclude<Optimize, 'speed'>;

/** What bands may cost, as a part of all multiply-accumulates and taps, and what they have to save, as a part of the buffer. */
const WORTH: Readonly<Record<BandedGoal, { readonly cost: number; readonly saving: number }>> = {
  balanced: { cost: 0.025, saving: 0.1 },
  size: { cost: 0.25, saving: 0 },
};

const BAND_COUNTS = [2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32];
/** Operators before and behind the step that needs most memory. */
const MOST_BEFORE = 8;
const MOST_BEHIND = 8;
/** Of all candidates, those whose exact bound is computed; the plans of the whole search take a second or so. */
const MOST_BOUNDS = 40;
/** Stages, one after another. */
const ROUNDS = 3;
/** Among bounds that differ by less, the one with the least work; a stage that saves less is left whole. */
const NEARLY = 1.01;

interface Planned extends Pick<PlannedMemory, 'blocks' | 'memory'> {
  readonly graph: Graph;
  readonly steps: readonly MemoryStep[];
}

interface Candidate extends Stage {
  readonly bands: number;
  /** Work that is done twice. */
  readonly extra: number;
  /** About how much memory its own steps need. */
  readonly roughBytes: number;
}

function workOf(graph: Graph, node: Node): number {
  const outputs = outputTypes(graph, node).map(({ shape }) => shape);
  return (
    nodeMacs(graph, node) + (opOf(node.kind).taps?.(node.attributes, inputShapes(graph, node), outputs) ?? 0)
  );
}

function totalWork(graph: Graph): number {
  return graph.nodes.reduce((sum, node) => sum + workOf(graph, node), 0);
}

/** The first step at which most of the buffer is in use. */
function fullestStep({ blocks, steps }: Planned): number {
  const used = steps.map((_, step) => {
    const alive = blocks
      .filter(({ first, last }) => first <= step && step <= last)
      .sort((a, b) => a.offset - b.offset);
    let end = 0;
    let bytes = 0;
    for (const block of alive) {
      const blockEnd = block.offset + block.bytes;
      bytes += Math.max(0, blockEnd - Math.max(end, block.offset));
      end = Math.max(end, blockEnd);
    }
    return bytes;
  });
  return used.indexOf(Math.max(...used));
}

function stagesAround({ graph }: Planned, step: number): Stage[] {
  const stages: Stage[] = [];
  for (let first = Math.max(0, step - MOST_BEFORE); first <= step; first++) {
    for (let last = step; last <= Math.min(graph.nodes.length - 1, step + MOST_BEHIND); last++) {
      if (first < last && canSplit(graph, { first, last })) stages.push({ first, last });
    }
  }
  return stages;
}

/** A stage and what is the same in it for any number of bands. */
class Candidates {
  readonly #graph: Graph;
  readonly #stage: Stage;
  readonly #nodes: readonly Node[];
  /** Whole images at both ends. */
  readonly wholeBytes: number;

  constructor(graph: Graph, stage: Stage) {
    this.#graph = graph;
    this.#stage = stage;
    this.#nodes = graph.nodes.slice(stage.first, stage.last + 1);
    const made = new Set(this.#nodes.flatMap(({ outputs }) => outputs));
    const [output] = this.#nodes[this.#nodes.length - 1].outputs;
    const whole = [...rowsInBands(graph, stage, 1).keys()].filter(
      (id) => id === output || (!made.has(id) && !graph.inputs.includes(id)),
    );
    this.wholeBytes = whole.reduce((sum, id) => sum + this.#bytes(id), 0);
  }

  #bytes(id: ValueId): number {
    return tensorBytes(getValue(this.#graph, id).type);
  }

  of(bands: number, work: (node: Node) => number): Candidate {
    const rows = rowsInBands(this.#graph, this.#stage, bands);
    const share = (id: ValueId): number => (rows.get(id) ?? 0) / getValue(this.#graph, id).type.shape[1];
    const parts = [...rows.keys()].map((id) => (this.#bytes(id) * share(id)) / bands);
    return {
      ...this.#stage,
      bands,
      extra: this.#nodes.reduce((sum, node) => sum + work(node) * (share(node.outputs[0]) - 1), 0),
      roughBytes: this.wholeBytes + Math.max(...parts),
    };
  }
}

/** Those about which it is worth to know more: their own steps need less than `bytes`. */
function candidatesAround(planned: Planned, bytes: number): Candidate[] {
  const { graph } = planned;
  const known = new Map<Node, number>();
  const work = (node: Node): number => {
    const its = known.get(node) ?? workOf(graph, node);
    known.set(node, its);
    return its;
  };
  return stagesAround(planned, fullestStep(planned)).flatMap((stage) => {
    const candidates = new Candidates(graph, stage);
    if (candidates.wholeBytes >= bytes) return [];
    return BAND_COUNTS.filter((bands) => bands <= stageHeight(graph, stage))
      .map((bands) => candidates.of(bands, work))
      .filter(({ roughBytes }) => roughBytes < bytes);
  });
}

/** The same for nodes that need the same memory: most bands of an operator, in this graph and in others of the search. */
function memoryKey(graph: Graph, { kind, attributes, inputs, outputs }: Node): string {
  const operand = (id: ValueId | undefined): unknown => {
    if (id === undefined) return null;
    const { type, data } = getValue(graph, id);
    return data === undefined ? type : id;
  };
  return JSON.stringify([kind, attributes, inputs.map(operand), outputs.map(operand)]);
}

class BandSearch {
  readonly #optimize: BandedGoal;
  readonly #byNode = new Map<Node, MemoryStep['emission']>();
  readonly #byKey = new Map<string, MemoryStep['emission']>();

  constructor(steps: readonly ProgramStep[], optimize: BandedGoal) {
    this.#optimize = optimize;
    for (const { node, nodes, emission } of steps) if (nodes.length === 1) this.#byNode.set(node, emission);
  }

  #emissionOf(graph: Graph, index: number): MemoryStep['emission'] {
    const node = graph.nodes[index];
    const known = this.#byNode.get(node);
    if (known !== undefined) return known;
    const key = memoryKey(graph, node);
    const emission =
      this.#byKey.get(key) ??
      compileStep(graph, index, { constants: new ConstantPool(), optimize: this.#optimize }).emission;
    this.#byKey.set(key, emission);
    this.#byNode.set(node, emission);
    return emission;
  }

  #stepsOf(graph: Graph): readonly MemoryStep[] {
    return graph.nodes.map((node, index) => ({ node, emission: this.#emissionOf(graph, index) }));
  }

  /** Every operator a step of its own. */
  planned(graph: Graph): Planned {
    const steps = this.#stepsOf(graph);
    return { graph, steps, ...planMemory(graph, steps) };
  }

  /** The stage and bands with the smallest buffer that cost no more than `most`. */
  better(
    planned: Planned,
    most: number,
  ): { readonly planned: Planned; readonly stage: BandedStage } | undefined {
    const { graph, memory } = planned;
    const candidates = candidatesAround(planned, memory.bytes)
      .filter(({ extra }) => extra <= most)
      .sort((a, b) => a.roughBytes - b.roughBytes || a.extra - b.extra)
      .slice(0, MOST_BOUNDS);
    let least = Infinity;
    const bounded = candidates.map((candidate) => {
      const made = splitInBands(graph, candidate, candidate.bands);
      const bytes = memoryBound(made, this.#stepsOf(made), least * NEARLY);
      least = Math.min(least, bytes);
      return { candidate, made, bytes };
    });
    const [best] = bounded
      .filter(({ bytes }) => bytes <= least * NEARLY)
      .sort((a, b) => a.candidate.extra - b.candidate.extra);
    if (best === undefined) return undefined;
    const next = this.planned(best.made);
    if (next.memory.bytes * NEARLY > memory.bytes) return undefined;
    const { first, last, bands } = best.candidate;
    const { shape } = getValue(graph, graph.nodes[last].outputs[0]).type;
    return { planned: next, stage: { operators: last - first + 1, image: shape, bands } };
  }
}

/** Whether bands are worth what they cost, by the bytes of the buffer without them. */
export function savesEnough(savedBytes: number, bytes: number, optimize: BandedGoal): boolean {
  return savedBytes > 0 && savedBytes >= WORTH[optimize].saving * bytes;
}

/** Undefined where no bands make the buffer smaller. The pass makes the graph with them. */
export function chooseBands(
  { graph, steps }: { readonly graph: Graph; readonly steps: readonly ProgramStep[] },
  optimize: BandedGoal,
): { readonly pass: Pass; readonly stages: readonly BandedStage[] } | undefined {
  const search = new BandSearch(steps, optimize);
  const most = WORTH[optimize].cost * totalWork(graph);
  const stages: BandedStage[] = [];
  let planned = search.planned(graph);
  for (let round = 0; round < ROUNDS; round++) {
    const spent = totalWork(planned.graph) - totalWork(graph);
    const next = search.better(planned, most - spent);
    if (next === undefined) break;
    stages.push(next.stage);
    planned = next.planned;
  }
  if (stages.length === 0) return undefined;
  return { pass: { name: 'split-in-bands', run: () => planned.graph }, stages };
}
