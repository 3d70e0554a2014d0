/** Reproduces TFLM's memory planning for a model and a build. */

import type { ArenaPlan, ArenaTarget } from './arena-plan.ts';
import type { ModelOutline } from './outline.ts';

export function planArena(_outline: ModelOutline, _target: ArenaTarget): ArenaPlan {
  throw new Error('not written yet');
}

/**
 * RAM of the objects outside the arena: MicroInterpreter and MicroMutableOpResolver<operatorCount>, in bytes
 * (sizeof, 32-bit Arm).
 */
export function runtimeObjectBytes(_target: ArenaTarget, _operatorCount: number): number {
  throw new Error('not written yet');
}
