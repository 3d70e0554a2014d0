/** Which libraries run a model's operators as they are meant, and what stands in the way of the others. */

import {
  isFlexOperator,
  type ModelOutline,
  type OperatorView,
  operatorViews,
  unsizedTensor,
  wrongEndOf,
} from '../../ir/outline.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { cmsisNnRefusal, libraryObjection, type Objection } from '../../targets/tflm/library-limits.ts';
import { hasOperator, LIBRARIES, type Library } from '../../targets/tflm/operators.ts';

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

/** TensorFlow Lite Micro is what `target` makes of it; the Arduino libraries are builds of their own. */
function objectionTo(
  library: Library,
  view: OperatorView,
  target: ArenaTarget | undefined,
): Objection | undefined {
  const { name, customName } = view.operator;
  const no = (sentence: string): Objection => ({ sentence, unproven: false });
  if (isFlexOperator(view.operator)) {
    return no(
      'It is an operator of TensorFlow itself (SELECT_TF_OPS), which no library for microcontrollers has.',
    );
  }
  if (customName !== undefined || name === 'CUSTOM') {
    return no('It is a custom operator, which firmware must bring itself.');
  }
  const unsized = [...view.inputs, ...view.outputs].find((tensor) => tensor?.unsized !== undefined);
  if (unsized !== undefined) return no(`Its tensor ${JSON.stringify(unsized.name)} ${unsized.unsized}.`);
  if (!hasOperator(library, name)) return no('The library does not have it.');
  const objection = libraryObjection(library, view);
  if (objection !== undefined || library !== 'tflm' || target !== 'cortex-m-cmsis-nn') return objection;
  const sentence = cmsisNnRefusal(view);
  return sentence === undefined ? undefined : no(sentence);
}

function answerOf(refusals: readonly OperatorRefusal[]): LibrarySupport['answer'] {
  if (refusals.length === 0) return 'yes';
  return refusals.every(({ unproven }) => unproven === true) ? 'unknown' : 'no';
}

function supportOf(library: Library, outline: ModelOutline, target: ArenaTarget | undefined): LibrarySupport {
  const counts = new Map<string, OperatorRefusal>();
  for (const view of operatorViews(outline)) {
    const objection = objectionTo(library, view, target);
    if (objection === undefined) continue;
    const { sentence: reason, unproven } = objection;
    const operator = view.operator.customName ?? view.operator.name;
    const key = JSON.stringify([operator, reason]);
    const count = (counts.get(key)?.count ?? 0) + 1;
    counts.set(key, { operator, reason, count, ...(unproven ? { unproven } : {}) });
  }
  // A tensor that no operator touches gets its memory like the others.
  const unsized = counts.size === 0 ? unsizedTensor(outline) : undefined;
  if (unsized !== undefined) counts.set('', { operator: 'AllocateTensors()', reason: unsized, count: 1 });
  const end = wrongEndOf(outline);
  if (end !== undefined) counts.set('ends', { operator: 'Invoke()', reason: end, count: 1 });
  const refusals = [...counts.values()];
  return { library, ok: refusals.length === 0, answer: answerOf(refusals), refusals };
}

/** With a target, TensorFlow Lite Micro is judged as that build of it. */
export function librarySupport(outline: ModelOutline, target?: ArenaTarget): readonly LibrarySupport[] {
  return LIBRARIES.map((library) => supportOf(library, outline, target));
}
