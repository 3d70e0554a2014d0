/** The memory of a model on one target, in figures and as a picture. */

import type { ArenaPlan } from '../../planner/arena-plan.ts';
import { STANDALONE_TARGET, type Target } from '../../planner/target.ts';
import type { MemoryPicture } from '../../targets/plots/memory-picture.ts';
import type { StandaloneMemory } from '../standalone/standalone-memory.ts';
import type { InspectedModel } from './inspect-model.ts';
import { memoryPicture } from './memory-picture.ts';
import { standalonePicture } from './standalone-picture.ts';

/** Of an arena, or of the buffer of C without an interpreter. */
export type PlanFigures =
  | Omit<ArenaPlan, 'buffers'>
  | (StandaloneMemory & { readonly target: typeof STANDALONE_TARGET });

/** The figures of a plan, and what is drawn of it. */
export interface DrawnMemory {
  readonly figures: PlanFigures;
  readonly picture: MemoryPicture;
}

function drawStandalone({ standalone }: InspectedModel, title: string): DrawnMemory | undefined {
  if ('refusal' in standalone) return undefined;
  const { memory, program } = standalone;
  return {
    figures: { target: STANDALONE_TARGET, ...memory },
    picture: standalonePicture(program, title),
  };
}

/** Undefined where no plan is possible; `inspection` says why. */
export function drawMemory(model: InspectedModel, target: Target, title: string): DrawnMemory | undefined {
  if (target === STANDALONE_TARGET) return drawStandalone(model, title);
  const plan = model.plans.find((one) => one.target === target);
  if (plan === undefined) return undefined;
  const { buffers: _, ...figures } = plan;
  return { figures, picture: memoryPicture(model.outline, plan, title) };
}

/** Why a model has no plan on a target. */
export function planRefusal({ inspection, standalone }: InspectedModel, target: Target): string | undefined {
  if (target !== STANDALONE_TARGET) return inspection.arenaRefused;
  return 'refusal' in standalone ? standalone.refusal : undefined;
}
