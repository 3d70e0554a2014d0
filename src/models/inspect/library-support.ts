/** Which libraries run a model's operators as they are meant, and what stands in the way of the others. */

import {
  isFlexOperator,
  type ModelOutline,
  type OperatorView,
  operatorViews,
  unsizedTensor,
} from '../../ir/outline.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { cmsisNnRefusal, libraryRefusal } from '../../targets/tflm/library-limits.ts';
import { hasOperator, LIBRARIES, type Library } from '../../targets/tflm/operators.ts';

export interface OperatorRefusal {
  /** `CONV_2D`, the name of a custom operator, or what fails before any of them. */
  readonly operator: string;
  /** One sentence. */
  readonly reason: string;
  /** How many operators of the model it concerns. */
  readonly count: number;
}

/** What is known against a model on one library. */
export interface LibrarySupport {
  readonly library: Library;
  /** Nothing is known against it. */
  readonly ok: boolean;
  readonly refusals: readonly OperatorRefusal[];
}

/** TensorFlow Lite Micro is what `target` makes of it; the Arduino libraries are builds of their own. */
function reasonAgainst(
  library: Library,
  view: OperatorView,
  target: ArenaTarget | undefined,
): string | undefined {
  const { name, customName } = view.operator;
  if (isFlexOperator(view.operator))
    return 'It is an operator of TensorFlow itself (SELECT_TF_OPS), which no library for microcontrollers has.';
  if (customName !== undefined || name === 'CUSTOM')
    return 'It is a custom operator, which firmware must bring itself.';
  const unsized = [...view.inputs, ...view.outputs].find((tensor) => tensor?.unsized !== undefined);
  if (unsized !== undefined) return `Its tensor ${JSON.stringify(unsized.name)} ${unsized.unsized}.`;
  if (!hasOperator(library, name)) return 'The library does not have it.';
  const refusal = libraryRefusal(library, view);
  if (refusal !== undefined || library !== 'tflm' || target !== 'cortex-m-cmsis-nn') return refusal;
  return cmsisNnRefusal(view);
}

function supportOf(library: Library, outline: ModelOutline, target: ArenaTarget | undefined): LibrarySupport {
  const counts = new Map<string, OperatorRefusal>();
  for (const view of operatorViews(outline)) {
    const reason = reasonAgainst(library, view, target);
    if (reason === undefined) continue;
    const operator = view.operator.customName ?? view.operator.name;
    const key = JSON.stringify([operator, reason]);
    counts.set(key, { operator, reason, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  // A tensor that no operator touches gets its memory like the others.
  const unsized = counts.size === 0 ? unsizedTensor(outline) : undefined;
  if (unsized !== undefined) counts.set('', { operator: 'AllocateTensors()', reason: unsized, count: 1 });
  return { library, ok: counts.size === 0, refusals: [...counts.values()] };
}

/** With a target, TensorFlow Lite Micro is judged as that build of it. */
export function librarySupport(outline: ModelOutline, target?: ArenaTarget): readonly LibrarySupport[] {
  return LIBRARIES.map((library) => supportOf(library, outline, target));
}
