import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/core/random.ts';
import type { ModelOutline, OutlineOperator, OutlineTensor } from '../../src/ir/outline.ts';
import { betterPlan, searchPlacement } from '../../src/planner/offline-plan.ts';
import { planArena } from '../../src/planner/plan-arena.ts';
import { operator, outline, subgraph, tensor } from './outlines.ts';

const TARGET = 'cortex-m-reference';

/** Each operator reads the tensor before it, and some an older one too. */
function randomModel(seed: number): ModelOutline {
  const random = createRandom(seed, 'random models');
  const count = 6 + random.below(14);
  const tensors: OutlineTensor[] = Array.from({ length: count }, () => tensor(1000 * (1 + random.below(12))));
  const operators: OutlineOperator[] = [];
  for (let index = 1; index < count; index++) {
    const older = random.below(2) === 0 ? [Math.max(0, index - 2 - random.below(3))] : [];
    operators.push(operator([index - 1, ...older], [index], 'RESHAPE'));
  }
  return outline(subgraph(tensors, operators, [0], [count - 1]));
}

const models = Array.from({ length: 40 }, (_, seed) => randomModel(seed));

describe('betterPlan', () => {
  it('leaves a model alone where size alone leads to the least', () => {
    const sizes = [32_000, 48_000, 32_000, 48_000, 16_000].map((bytes) => tensor(bytes));
    const chain = sizes.slice(1).map((_, index) => operator([index], [index + 1]));
    const model = outline(subgraph(sizes, chain, [0], [4]));
    expect(planArena(model, TARGET).headBytes).toBe(80_000);
    expect(betterPlan(model, TARGET)).toBeUndefined();
  });

  it('finds less for some models, with live buffers apart', () => {
    let better = 0;
    for (const model of models) {
      const own = planArena(model, TARGET);
      const offlinePlan = betterPlan(model, TARGET);
      if (offlinePlan === undefined) continue;
      better++;
      const planned = planArena({ ...model, offlinePlan }, TARGET);
      expect(planned.minimumBytes).toBeLessThan(own.minimumBytes);
      expect(offlinePlan).toHaveLength(model.subgraphs[0].tensors.length);
      for (const [i, a] of planned.buffers.entries()) {
        expect(a.offset % 16).toBe(0);
        for (const b of planned.buffers.slice(i + 1)) {
          const together = a.firstUse <= b.lastUse && b.firstUse <= a.lastUse;
          const apart = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
          expect(apart || !together).toBe(true);
        }
      }
    }
    expect(better).toBeGreaterThan(5);
  });

  it('gives the same plan again, whatever plan the model has', () => {
    const model = models.find((one) => betterPlan(one, TARGET) !== undefined) ?? models[0];
    const plan = betterPlan(model, TARGET);
    expect(plan).toBeDefined();
    const offlinePlan = model.subgraphs[0].tensors.map(() => 0);
    expect(betterPlan({ ...model, offlinePlan }, TARGET)).toEqual(plan);
  });

  it('leaves constants and variables where they are', () => {
    const model = models.find((one) => betterPlan(one, TARGET) !== undefined) ?? models[0];
    const [main] = model.subgraphs;
    const tensors = [...main.tensors, tensor(64, 'constant'), tensor(64, 'variable')];
    const plan = betterPlan(outline({ ...main, tensors }), TARGET);
    expect(plan?.slice(-2)).toEqual([-1, -1]);
  });

  it('leaves a model alone whose minimum the planner itself sets', () => {
    const chain = [operator([0], [1]), operator([1], [2])];
    expect(betterPlan(outline(subgraph(3, chain, [0], [2])), TARGET)).toBeUndefined();
    expect(betterPlan(outline(subgraph(0, [], [], [])), TARGET)).toBeUndefined();
  });

  it('looks at a bounded number of pairs', () => {
    const count = 1000;
    const tensors = Array.from({ length: count }, (_, index) => tensor(16 * (1 + ((index * 7) % 50))));
    const operators = tensors
      .slice(1)
      .map((_, index) => operator([index, Math.floor(index / 2)], [index + 1]));
    const { buffers } = planArena(outline(subgraph(tensors, operators, [0], [count - 1])), TARGET);
    expect(buffers).toHaveLength(count);
    const { pairsSeen } = searchPlacement(buffers);
    // As many placements as fit into 2^24 pairs, and those it starts from.
    expect(pairsSeen).toBeGreaterThan(2 ** 23);
    expect(pairsSeen).toBeLessThan(2 ** 25);
  });
});
