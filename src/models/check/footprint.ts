/** The flash and RAM that a model takes on a target, in bytes. */

import { attempt } from '../../core/errors.ts';
import type { ModelOutline } from '../../ir/outline.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { planArena, runtimeObjectBytes } from '../../planner/plan-arena.ts';
import { isBuild, type Target } from '../../planner/target.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import type { Program } from '../../targets/c/program.ts';
import { constantBytes, standaloneProgram, workingBytes } from '../standalone/standalone-memory.ts';
import { countOperators } from './count-operators.ts';
import { type Figure, figureOrDoubt } from './figure.ts';

export interface Footprint {
  /** The constants of the model: its array, or those of its C. The code comes on top. */
  readonly flash: Figure;
  /** What it works on: the least tensor arena, or the buffer and state of its C, which leaves inputs and outputs to the caller. */
  readonly arena: Figure;
  /** That, and what lies beside it: the interpreter and the operator resolver, or the state of the C. */
  readonly ram: Figure;
}

/** A `.tflite` file and what it holds. */
export interface OutlinedModel {
  readonly bytes: Uint8Array;
  readonly outline: ModelOutline;
}

/** How a kind of target is measured. */
interface Runner {
  arena(model: OutlinedModel): Figure;
  footprint(model: OutlinedModel): Footprint;
}

function interpreted(target: ArenaTarget): Runner {
  const arena = ({ outline }: OutlinedModel): Figure =>
    figureOrDoubt(() => {
      const { minimumBytes, unknownOperators } = planArena(outline, target);
      if (unknownOperators.length === 0) return { value: minimumBytes };
      return { value: minimumBytes, doubt: `the memory of ${unknownOperators.join(', ')} is not known` };
    });
  return {
    arena,
    footprint(model) {
      const least = arena(model);
      const objects = runtimeObjectBytes(target, countOperators(model.outline));
      return {
        flash: { value: model.bytes.length },
        arena: least,
        ram: least.value === undefined ? least : { ...least, value: least.value + objects },
      };
    },
  };
}

function standalone(options: ProgramOptions): Runner {
  const programOf = ({ bytes }: OutlinedModel): Program => standaloneProgram(bytes, options);
  return {
    arena: (model) => figureOrDoubt(() => ({ value: workingBytes(programOf(model)) })),
    footprint(model) {
      const program = attempt(() => programOf(model));
      if ('refusal' in program) {
        const doubt = { doubt: program.refusal };
        return { flash: doubt, arena: doubt, ram: doubt };
      }
      const memory = { value: workingBytes(program.value) };
      return { flash: { value: constantBytes(program.value) }, arena: memory, ram: memory };
    },
  };
}

function runnerOf(target: Target, options: ProgramOptions): Runner {
  return isBuild(target) ? interpreted(target) : standalone(options);
}

/** What a model works on, in bytes; `options` are those of its C. */
export function arenaFigure(model: OutlinedModel, target: Target, options: ProgramOptions = {}): Figure {
  return runnerOf(target, options).arena(model);
}

/** Only reasons where tinyml or TFLM refuses the model. */
export function footprintOf(model: OutlinedModel, target: Target, options: ProgramOptions = {}): Footprint {
  return runnerOf(target, options).footprint(model);
}
