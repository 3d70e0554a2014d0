/** A `.tflite` file with a plan of the arena in it, where one saves memory on a Cortex-M. */

import { readOutline } from '../../formats/tflite/read-outline.ts';
import type { Graph } from '../../ir/graph.ts';
import type { ModelOutline } from '../../ir/outline.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { betterPlan } from '../../planner/offline-plan.ts';
import { planArena } from '../../planner/plan-arena.ts';
import { writeTflmModel } from '../tflm-model.ts';

/** What a plan may not make worse on: it goes with the file wherever that goes. */
const TARGETS = [
  'cortex-m-cmsis-nn',
  'cortex-m-reference',
  'arduino-tflm',
  'chirale',
] as const satisfies readonly ArenaTarget[];
type Target = (typeof TARGETS)[number];

/** The least arena without a plan in the file and with it. */
export interface PlannedArena {
  readonly ownBytes: number;
  readonly plannedBytes: number;
}

/** For every build that a plan must not make worse. */
export type PlannedArenas = Readonly<Record<Target, PlannedArena>>;

export interface PlannedModel {
  readonly model: Uint8Array;
  /** Absent where no plan saves memory: then the file has none. */
  readonly arenas?: PlannedArenas;
}

function arenasOf(outline: ModelOutline, offlinePlan: readonly number[]): PlannedArenas {
  const arenas = TARGETS.map((target) => {
    const ownBytes = planArena(outline, target).minimumBytes;
    return [target, { ownBytes, plannedBytes: planArena({ ...outline, offlinePlan }, target).minimumBytes }];
  });
  return Object.fromEntries(arenas) as PlannedArenas;
}

function plannedSum(arenas: PlannedArenas): number {
  return TARGETS.reduce((sum, target) => sum + arenas[target].plannedBytes, 0);
}

/** The file of the graph; with the plan that needs least over all targets, if it needs more on none. */
export function writePlanned(graph: Graph, tflmOnly: boolean): PlannedModel {
  const plain = writeTflmModel(graph, { tflmOnly });
  const { outline } = readOutline(plain);
  const candidates = TARGETS.map((target) => betterPlan(outline, target))
    .filter((plan) => plan !== undefined)
    .map((plan) => ({ plan, arenas: arenasOf(outline, plan) }))
    .filter(({ arenas }) =>
      TARGETS.every((target) => arenas[target].plannedBytes <= arenas[target].ownBytes),
    );
  if (candidates.length === 0) return { model: plain };
  const { plan, arenas } = candidates.reduce((best, other) =>
    plannedSum(other.arenas) < plannedSum(best.arenas) ? other : best,
  );
  return { model: writeTflmModel(graph, { tflmOnly, offlinePlan: plan }), arenas };
}
