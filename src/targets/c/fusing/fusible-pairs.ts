import type { Graph, ValueId } from '../../../ir/graph.ts';
import type { ProgramStep } from '../program-step.ts';
import type { FusiblePair } from './fuse.ts';

/** The steps that read a value. */
function readersOf(steps: readonly ProgramStep[], id: ValueId): ProgramStep[] {
  return steps.filter(({ node }) => node.inputs.includes(id));
}

/** What nobody has to make before the producer runs, or somebody has. */
function isThereBefore(steps: readonly ProgramStep[], producer: ProgramStep, id: ValueId): boolean {
  const maker = steps.findIndex(({ node }) => node.outputs.includes(id));
  return maker < steps.indexOf(producer);
}

function pairOf(graph: Graph, steps: readonly ProgramStep[], producer: ProgramStep): FusiblePair[] {
  const { pieces } = producer.emission;
  const [between] = producer.node.outputs;
  const [consumer, ...others] = readersOf(steps, between);
  const elementwise = consumer?.emission.elementwise;
  if (pieces === undefined || elementwise === undefined) return [];
  const besides = consumer.node.inputs.filter((id) => id !== between);
  const isFusible =
    others.length === 0 &&
    !graph.outputs.includes(between) &&
    besides.length === consumer.node.inputs.length - 1 &&
    besides.every((id) => id !== undefined && isThereBefore(steps, producer, id));
  return isFusible ? [{ producer, pieces, consumer, elementwise }] : [];
}

/** Operators that may be computed together; no operator is in two pairs, as one makes pieces only, the other reads them. */
export function fusiblePairs(graph: Graph, steps: readonly ProgramStep[]): FusiblePair[] {
  return steps.flatMap((step) => pairOf(graph, steps, step));
}
