/**
 * Runs a program on marks instead of numbers: every byte that a step makes gets a mark of its own, and every byte that is
 * read must still have it. It knows nothing of how a plan is made.
 */

import { elementBytes, tensorBytes } from '../../../../src/core/tensor.ts';
import { getValue, type ValueId } from '../../../../src/ir/graph.ts';
import type { Home } from '../../../../src/targets/c/memory/home.ts';
import type { MemoryGraph, MemoryStep } from '../../../../src/targets/c/memory/memory-step.ts';
import type { PlannedMemory } from '../../../../src/targets/c/memory/plan-memory.ts';
import { isThere } from '../../../../src/targets/c/memory/step-places.ts';

interface Region {
  readonly area: string;
  readonly from: number;
  readonly bytes: number;
}

function overlap(a: Region, b: Region): boolean {
  return a.area === b.area && a.from < b.from + b.bytes && b.from < a.from + a.bytes;
}

/** The first thing that is wrong, or `sound`. */
export function watchMemory(
  graph: MemoryGraph,
  steps: readonly MemoryStep[],
  planned: PlannedMemory,
): string {
  const areas = new Map<string, number[]>();
  const marks = new Map<ValueId, readonly number[]>();
  let nextMark = 1;
  const sizeOf = (id: ValueId): number => elementBytes(getValue(graph, id).type.dtype);
  const regionOf = (id: ValueId): Region => {
    const { data, type } = getValue(graph, id);
    const bytes = tensorBytes(type);
    if (data !== undefined) return { area: `constant ${id}`, from: 0, bytes };
    const home = planned.homes.get(id) as Home;
    if (home.at === 'buffer') return { area: 'buffer', from: home.offset, bytes };
    const element = home.at === 'state' ? 0 : home.element;
    return { area: `${home.at} ${home.index}`, from: element * sizeOf(id), bytes };
  };
  const write = ({ area, from }: Region, what: readonly number[]): void => {
    const bytes = areas.get(area) ?? [];
    areas.set(area, bytes);
    for (const [index, mark] of what.entries()) bytes[from + index] = mark;
  };
  const read = ({ area, from, bytes }: Region): readonly number[] =>
    Array.from({ length: bytes }, (_, index) => areas.get(area)?.[from + index] ?? 0);
  const fresh = (bytes: number): number[] => Array.from({ length: bytes }, () => nextMark++);
  const isWhole = (id: ValueId): boolean => String(read(regionOf(id))) === String(marks.get(id));
  const lastReader = (id: ValueId): number =>
    graph.outputs.includes(id) ? Infinity : steps.findLastIndex(({ node }) => node.inputs.includes(id));

  const given = [...graph.values.values()].filter(
    ({ data, state }) => data !== undefined || state !== undefined,
  );
  for (const id of [...graph.inputs, ...given.map((value) => value.id)]) {
    marks.set(id, fresh(regionOf(id).bytes));
    write(regionOf(id), marks.get(id) as readonly number[]);
  }
  for (const [index, step] of steps.entries()) {
    const { node, emission } = step;
    const inputs = node.inputs.flatMap((id) => (id === undefined ? [] : [id]));
    const lost = inputs.find((id) => !isWhole(id));
    if (lost !== undefined) return `step ${index} reads value ${lost}, which is overwritten`;

    const made = node.outputs.map((id) => fresh(regionOf(id).bytes));
    for (const { input, output, from, to, elements } of emission.moves ?? []) {
      const id = node.inputs[input] as ValueId;
      const source = (marks.get(id) as readonly number[]).slice(
        from * sizeOf(id),
        (from + elements) * sizeOf(id),
      );
      for (const [at, mark] of source.entries()) made[output][to * sizeOf(id) + at] = mark;
    }
    const scratch = { area: 'buffer', from: planned.scratch[index] ?? 0, bytes: emission.scratchBytes ?? 0 };
    if (emission.scratchBytes !== undefined && planned.scratch[index] === undefined)
      return `step ${index} has no scratch`;
    write(scratch, fresh(scratch.bytes));
    if (inputs.some((id) => !isWhole(id))) return `step ${index}: scratch over an input`;

    if (emission.moves === undefined) {
      const wrong = inputs.find((id) => !mayOverlap(step, id, index));
      if (wrong !== undefined) return `step ${index} may not write where value ${wrong} lies`;
    }
    // What is there already is not written; all else is, before anything is copied.
    const isWritten = node.outputs.map((_, output) => made[output].map(() => true));
    for (const move of emission.moves ?? []) {
      const size = sizeOf(node.inputs[move.input] as ValueId);
      isWritten[move.output].fill(false, move.to * size, (move.to + move.elements) * size);
    }
    for (const [output, id] of node.outputs.entries()) {
      const { area, from } = regionOf(id);
      for (const [at, mark] of made[output].entries()) {
        if (isWritten[output][at]) write({ area, from: from + at, bytes: 1 }, [mark]);
      }
    }
    for (const move of emission.moves ?? []) {
      if (isThere(graph, planned.homes, step, move)) continue;
      const [input, output] = [node.inputs[move.input] as ValueId, node.outputs[move.output]];
      const size = sizeOf(input);
      const bytes = move.elements * size;
      const source = { ...regionOf(input), bytes };
      const target = { ...regionOf(output), bytes };
      const from = { ...source, from: source.from + move.from * size };
      const to = { ...target, from: target.from + move.to * size };
      if (overlap(from, to)) return `step ${index} copies what overlaps`;
      write(to, read(from));
    }
    for (const [output, id] of node.outputs.entries()) marks.set(id, made[output]);
    const alive = [...marks.keys()].filter((id) => lastReader(id) > index || node.outputs.includes(id));
    const broken = alive.find((id) => !isWhole(id));
    if (broken !== undefined) return `step ${index} overwrites value ${broken}`;
    const ends = [...node.outputs.map(regionOf), scratch].filter(({ area }) => area === 'buffer');
    if (ends.some(({ from, bytes }) => from + bytes > planned.memory.bytes))
      return `step ${index} leaves the buffer`;
  }
  return 'sound';

  /** Whether the outputs lie apart from an input, or over it as the emission says. */
  function mayOverlap({ node, emission }: MemoryStep, id: ValueId, index: number): boolean {
    const input = regionOf(id);
    return node.outputs.every((output, position) => {
      const region = regionOf(output);
      if (!overlap(input, region)) return true;
      if (position > 0 || lastReader(id) > index) return false;
      const distance = region.from - input.from;
      return node.inputs.every((other, at) => {
        if (other !== id) return true;
        if (distance === 0 && emission.inPlace?.includes(at)) return true;
        return (emission.overlaps ?? []).some(
          ({ input: own, before = Infinity, behind = Infinity }) =>
            own === at && (distance <= -before || distance >= behind),
        );
      });
    });
  }
}
