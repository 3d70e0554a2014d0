/** Which libraries run a model's operators as they are meant, and what stands in the way of the others. */

import type { ModelOutline } from '../../ir/outline.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { type ModelObjection, modelObjections } from '../../targets/tflm/model-objections.ts';
import { LIBRARIES, type Library } from '../../targets/tflm/operators.ts';

export interface OperatorRefusal {
  /** `CONV_2D`, the name of a custom operator, or what fails before any of them. */
  readonly operator: string;
  /** One sentence. */
  readonly reason: string;
  /** How many operators of the model it concerns. */
  readonly count: number;
  /** Nobody has shown what the library makes of it. */
  readonly unproven?: true;
}

/** What is known against a model on one library. */
export interface LibrarySupport {
  readonly library: Library;
  /** It is proven to run the model as it is meant. */
  readonly ok: boolean;
  /** `unknown` where nothing is known against the model, but something is not proven either. */
  readonly answer: 'yes' | 'no' | 'unknown';
  readonly refusals: readonly OperatorRefusal[];
}

function answerOf(refusals: readonly OperatorRefusal[]): LibrarySupport['answer'] {
  if (refusals.length === 0) return 'yes';
  return refusals.every(({ unproven }) => unproven === true) ? 'unknown' : 'no';
}

/** Where it fails: the operator, or the call of the interpreter that notices. */
function failing(objection: ModelObjection): string {
  switch (objection.cause) {
    case 'unplanned':
      return 'AllocateTensors()';
    case 'ends':
      return 'Invoke()';
    default:
      return objection.view.operator.customName ?? objection.view.operator.name;
  }
}

function supportOf(library: Library, outline: ModelOutline, target: ArenaTarget | undefined): LibrarySupport {
  const counts = new Map<string, OperatorRefusal>();
  for (const objection of modelObjections(library, outline, target)) {
    const { sentence: reason, unproven } = objection;
    const operator = failing(objection);
    const key = JSON.stringify([operator, reason]);
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { operator, reason, count, ...(unproven ? { unproven } : {}) });
  }
  const refusals = [...counts.values()];
  return { library, ok: refusals.length === 0, answer: answerOf(refusals), refusals };
}

/** With a target, TensorFlow Lite Micro is judged as that build of it. */
export function librarySupport(outline: ModelOutline, target?: ArenaTarget): readonly LibrarySupport[] {
  return LIBRARIES.map((library) => supportOf(library, outline, target));
}
