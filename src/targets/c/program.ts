/** A graph as a program of C: its steps with their emissions, and where every value lies. */

import { unsupportedError, withErrorContext } from '../../core/errors.ts';
import { elementCount, tensorBytes } from '../../core/tensor.ts';
import { type Graph, getValue, inputTypes, type Node, outputTypes, type ValueId } from '../../ir/graph.ts';
import { kernelOf } from '../../ops/kernel-of.ts';
import { COMPUTED_TYPES } from '../../ops/op.ts';
import { planStatic, type StaticPlan } from '../../planner/static/plan-static.ts';
import type { StaticBlock } from '../../planner/static/static-block.ts';
import { ConstantPool } from './constant-pool.ts';
import type { AnyEmitter, CTensor, Emission } from './emitter.ts';
import { emitterOf } from './emitters.ts';

/** An operator of the graph and its C. */
export interface ProgramStep {
  readonly node: Node;
  /** `layer3` */
  readonly label: string;
  readonly emission: Emission;
}

/** Where a value lies while the program runs. */
export type Home =
  /** The caller's memory of that graph input or output. */
  | { readonly at: 'input' | 'output'; readonly index: number }
  /** The caller's state. */
  | { readonly at: 'state'; readonly index: number }
  | { readonly at: 'buffer'; readonly offset: number };

export interface Program {
  readonly graph: Graph;
  readonly steps: readonly ProgramStep[];
  readonly constants: ConstantPool;
  /** Of every value but constants. */
  readonly homes: ReadonlyMap<ValueId, Home>;
  /** Of each step, its working memory in the buffer. */
  readonly scratch: readonly (number | undefined)[];
  readonly memory: StaticPlan;
}

function tensorOf(graph: Graph, id: ValueId): CTensor {
  const { type, data } = getValue(graph, id);
  return data === undefined ? { type } : { type, data };
}

function emitterFor(graph: Graph, node: Node): AnyEmitter {
  const dtype = inputTypes(graph, node)[0]?.dtype;
  const type = COMPUTED_TYPES.find((computed) => computed === dtype);
  const found = type === undefined ? undefined : emitterOf(node.kind, type);
  if (typeof found === 'function') return found;
  throw unsupportedError(
    'no-standalone-c',
    found?.refused ?? `there is no C for ${dtype}`,
    'With the library of TensorFlow Lite Micro it runs: "tinyml export-c --tflm DIR" or "--arduino DIR".',
  );
}

function emit(graph: Graph, node: Node, label: string, constants: ConstantPool): Emission {
  const kernel = kernelOf(node.kind, inputTypes(graph, node)[0]?.dtype);
  const emitter = emitterFor(graph, node);
  return emitter({
    label,
    attributes: node.attributes,
    prepared: kernel?.prepare(node.attributes, inputTypes(graph, node), outputTypes(graph, node)),
    inputs: node.inputs.map((id) => (id === undefined ? undefined : tensorOf(graph, id))),
    outputs: node.outputs.map((id) => tensorOf(graph, id)),
    constants,
  });
}

/** The last step that reads each value. */
function lastReaders(graph: Graph): ReadonlyMap<ValueId, number> {
  const last = new Map<ValueId, number>();
  for (const [step, { inputs }] of graph.nodes.entries()) {
    for (const id of inputs) if (id !== undefined) last.set(id, step);
  }
  return last;
}

/** Whether a step makes output 0 of input 0 under another shape, and no more. */
function isCopy(graph: Graph, { node, emission: { moves = [] } }: ProgramStep): boolean {
  const [{ from, to, elements } = { from: 0, to: 0, elements: -1 }] = moves;
  const whole = elementCount(getValue(graph, node.outputs[0]).type.shape);
  return moves.length === 1 && from === 0 && to === 0 && elements === whole;
}

/** Values that lie in one place of the buffer, one after another. */
interface Shared {
  readonly values: ValueId[];
  bytes: number;
  first: number;
  last: number;
}

/**
 * Which values share a place: the output of a step and the input that it may overwrite, where nobody else reads that
 * afterwards.
 */
function sharePlaces(
  graph: Graph,
  steps: readonly ProgramStep[],
  ownHomes: ReadonlySet<ValueId>,
): readonly Shared[] {
  const last = lastReaders(graph);
  const places = new Map<ValueId, Shared>();
  for (const [index, step] of steps.entries()) {
    const { node, emission } = step;
    const overwritten = [...(emission.inPlace ?? []), ...(isCopy(graph, step) ? [0] : [])];
    for (const [position, id] of node.outputs.entries()) {
      if (ownHomes.has(id)) continue;
      const bytes = tensorBytes(getValue(graph, id).type);
      const end = last.get(id) ?? index;
      const heir = (position === 0 ? overwritten : [])
        .map((input) => node.inputs[input])
        .map((input) => (input === undefined ? undefined : places.get(input)))
        .find((place) => place !== undefined && place.last === index);
      if (heir === undefined) {
        places.set(id, { values: [id], bytes, first: index, last: end });
        continue;
      }
      heir.values.push(id);
      heir.bytes = Math.max(heir.bytes, bytes);
      heir.last = end;
      places.set(id, heir);
    }
  }
  return [...new Set(places.values())];
}

function planMemory(graph: Graph, steps: readonly ProgramStep[], homes: Map<ValueId, Home>) {
  const shared = sharePlaces(graph, steps, new Set(homes.keys()));
  const scratchSteps = steps.flatMap(({ emission: { scratchBytes = 0 } }, step) =>
    scratchBytes > 0 ? [{ step, scratchBytes }] : [],
  );
  const blocks: StaticBlock[] = [
    ...shared,
    ...scratchSteps.map(({ step, scratchBytes }) => ({ bytes: scratchBytes, first: step, last: step })),
  ];
  const memory = planStatic(blocks);
  for (const [index, { values }] of shared.entries()) {
    for (const id of values) homes.set(id, { at: 'buffer', offset: memory.offsets[index] });
  }
  const scratch = new Array<number | undefined>(steps.length).fill(undefined);
  for (const [index, { step }] of scratchSteps.entries())
    scratch[step] = memory.offsets[shared.length + index];
  return { memory, scratch };
}

/** What a copy makes of an input of the graph is that input, and what it makes an output of was written there at once. */
function spareCopies(graph: Graph, steps: readonly ProgramStep[], homes: Map<ValueId, Home>): void {
  const copies = steps.filter((step) => isCopy(graph, step)).map(({ node }) => node);
  for (const { inputs, outputs } of copies) {
    const home = inputs[0] === undefined ? undefined : homes.get(inputs[0]);
    if (home?.at === 'input' && !homes.has(outputs[0])) homes.set(outputs[0], home);
  }
  for (const { inputs, outputs } of copies.toReversed()) {
    const home = homes.get(outputs[0]);
    if (home?.at === 'output' && inputs[0] !== undefined && !homes.has(inputs[0])) homes.set(inputs[0], home);
  }
}

/** Throws `no-standalone-c` (unsupported) for an operator or type that has no C here. */
export function compileProgram(graph: Graph): Program {
  const constants = new ConstantPool();
  const steps = graph.nodes.map((node, index): ProgramStep => {
    const label = `layer${index}`;
    const emission = withErrorContext(`${node.kind.toUpperCase()} ${JSON.stringify(node.name)}`, () =>
      emit(graph, node, label, constants),
    );
    return { node, label, emission };
  });
  const homes = new Map<ValueId, Home>();
  for (const [index, id] of graph.inputs.entries()) homes.set(id, { at: 'input', index });
  for (const [index, id] of graph.outputs.entries()) {
    if (!homes.has(id) && getValue(graph, id).data === undefined) homes.set(id, { at: 'output', index });
  }
  const states = [...graph.values.values()].filter(({ state }) => state !== undefined);
  for (const [index, { id }] of states.entries()) homes.set(id, { at: 'state', index });
  spareCopies(graph, steps, homes);
  return { graph, steps, constants, homes, ...planMemory(graph, steps, homes) };
}
