import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/core/random.ts';
import type { DType } from '../../../../src/core/tensor.ts';
import type { Value, ValueId } from '../../../../src/ir/graph.ts';
import type { MemoryGraph, MemoryStep } from '../../../../src/targets/c/memory/memory-step.ts';
import { planMemory } from '../../../../src/targets/c/memory/plan-memory.ts';
import { isThere, runsBackwards } from '../../../../src/targets/c/memory/step-places.ts';
import { randomProgram } from './random-steps.ts';
import { watchMemory } from './watch-memory.ts';

function graphOf(sizes: readonly number[], outputs: readonly ValueId[], dtype: DType = 'int8'): MemoryGraph {
  const values = sizes.map((elements, id): [ValueId, Value] => [
    id,
    { id, name: `v${id}`, type: { dtype, shape: [elements] } },
  ]);
  return { values: new Map(values), inputs: [0], outputs };
}

function step(
  inputs: readonly ValueId[],
  outputs: readonly ValueId[],
  emission: MemoryStep['emission'] = {},
): MemoryStep {
  return { node: { inputs, outputs }, emission };
}

/** The plan, which the watcher finds sound. */
function planned(graph: MemoryGraph, steps: readonly MemoryStep[]) {
  const plan = planMemory(graph, steps);
  expect(watchMemory(graph, steps, plan)).toBe('sound');
  return plan;
}

describe('planMemory', () => {
  it('counts neither inputs nor outputs of the graph', () => {
    const { memory, homes } = planned(graphOf([1000, 2000], [1]), [step([0], [1])]);
    expect(memory.bytes).toBe(0);
    expect(homes.get(1)).toEqual({ at: 'output', index: 0, element: 0 });
  });

  it('writes over an input that is dead, and not over one that is read later', () => {
    const inPlace = { inPlace: [0] };
    const chain = [step([0], [1]), step([1], [2], inPlace), step([2], [3])];
    expect(planned(graphOf([8, 100, 100, 8], [3]), chain).memory).toMatchObject({
      bytes: 100,
      lowerBound: 100,
    });
    const forked = [step([0], [1]), step([1], [2], inPlace), step([2, 1], [3])];
    expect(planned(graphOf([8, 100, 100, 8], [3]), forked).memory.bytes).toBe(200);
  });

  it('writes in place only where every operand that is that value allows it', () => {
    const squared = (inPlace: readonly number[]) =>
      planned(graphOf([8, 100, 100, 8], [3]), [
        step([0], [1]),
        step([1, 1], [2], { inPlace }),
        step([2], [3]),
      ]);
    expect(squared([0]).memory.bytes).toBe(200);
    expect(squared([0, 1]).memory.bytes).toBe(100);
  });

  it('chooses the input whose place lowers the peak', () => {
    // A sum over either; only over the first, the second of which is read by the last step.
    const steps = [step([0], [1]), step([0], [2]), step([1, 2], [3], { inPlace: [1, 0] }), step([3, 2], [4])];
    expect(planned(graphOf([8, 100, 100, 100, 8], [4]), steps).memory.bytes).toBe(200);
  });

  it('spares a reshape, also of what is read later under its old shape', () => {
    const whole = { moves: [{ input: 0, output: 0, from: 0, to: 0, elements: 100 }] };
    const steps = [step([0], [1]), step([1], [2], whole), step([2, 1], [3])];
    const graph = graphOf([8, 100, 100, 8], [3]);
    const { memory, homes } = planned(graph, steps);
    expect(memory.bytes).toBe(100);
    expect(isThere(graph, homes, steps[1], whole.moves[0])).toBe(true);
  });

  it('does not overwrite what is read under another shape', () => {
    const whole = { moves: [{ input: 0, output: 0, from: 0, to: 0, elements: 100 }] };
    const steps = [
      step([0], [1]),
      step([1], [2], whole),
      step([2], [3], { inPlace: [0] }),
      step([3, 1], [4]),
    ];
    expect(planned(graphOf([8, 100, 100, 100, 8], [4]), steps).memory.bytes).toBe(200);
  });

  it('has producers write into the whole that their outputs are joined to', () => {
    const join = {
      moves: [
        { input: 0, output: 0, from: 0, to: 0, elements: 40 },
        { input: 1, output: 0, from: 0, to: 40, elements: 60 },
      ],
    };
    const steps = [step([0], [1]), step([0], [2]), step([1, 2], [3], join), step([3], [4])];
    const graph = graphOf([8, 40, 60, 100, 8], [4]);
    const { memory, homes } = planned(graph, steps);
    expect(memory).toMatchObject({ bytes: 100, lowerBound: 100 });
    expect(join.moves.map((move) => isThere(graph, homes, steps[2], move))).toEqual([true, true]);
  });

  it('has them write into an output of the graph, and reads parts of an input where they lie', () => {
    const parts = {
      moves: [
        { input: 0, output: 0, from: 0, to: 0, elements: 5 },
        { input: 0, output: 1, from: 5, to: 0, elements: 3 },
      ],
    };
    const join = {
      moves: [
        { input: 0, output: 0, from: 0, to: 0, elements: 7 },
        { input: 1, output: 0, from: 0, to: 7, elements: 9 },
      ],
    };
    const steps = [step([0], [1, 2], parts), step([1], [3]), step([2], [4]), step([3, 4], [5], join)];
    const { memory, homes } = planned(graphOf([8, 5, 3, 7, 9, 16], [5], 'int16'), steps);
    expect(memory.bytes).toBe(0);
    expect(homes.get(2)).toEqual({ at: 'input', index: 0, element: 5 });
    expect(homes.get(4)).toEqual({ at: 'output', index: 0, element: 7 });
  });

  it('lets outputs begin before their inputs, and goes back where a step can run backwards', () => {
    const forwards = { overlaps: [{ input: 0, before: 16 }] };
    const both = { overlaps: [{ input: 0, before: 16, behind: 16 }] };
    const chain = (emission: MemoryStep['emission']) => [
      step([0], [1]),
      step([1], [2], forwards),
      step([2], [3], emission),
      step([3], [4], forwards),
      step([4], [5], emission),
      step([5], [6]),
    ];
    const graph = graphOf([8, 100, 100, 100, 100, 100, 8], [6]);
    expect(planned(graph, chain(forwards)).memory.bytes).toBe(164);
    const { memory, homes } = planned(graph, chain(both));
    expect(memory).toMatchObject({ bytes: 116, lowerBound: 116 });
    expect(chain(both).map((one) => runsBackwards(graph, homes, one))).toEqual([
      false,
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  it('shares working memory with values that do not live', () => {
    const steps = [
      step([0], [1], { scratchBytes: 50 }),
      step([1], [2]),
      step([2], [3], { scratchBytes: 30 }),
    ];
    const { memory, scratch } = planned(graphOf([8, 100, 20, 8], [3]), steps);
    expect(memory).toMatchObject({ bytes: 152, lowerBound: 152 });
    expect(scratch[1]).toBeUndefined();
  });

  it('overwrites nothing that lives, in random programs', () => {
    const random = createRandom(1, 'random programs');
    for (let round = 0; round < 1500; round++) {
      const { graph, steps } = randomProgram(random, 12);
      const plan = planMemory(graph, steps);
      const told = JSON.stringify({ ...graph, values: [...graph.values.values()], steps });
      expect(watchMemory(graph, steps, plan), told).toBe('sound');
      expect(plan.memory.bytes, told).toBeGreaterThanOrEqual(plan.memory.lowerBound);
    }
  });
});
