/** Which libraries run a model's operators as they are meant, and what stands in the way of the others. */

import type { OperatorView } from '../../ir/outline.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { cmsisNnRefusal, libraryRefusal } from '../../targets/tflm/library-limits.ts';
import { hasOperator, LIBRARIES, type Library } from '../../targets/tflm/operators.ts';

export interface OperatorRefusal {
  /** `CONV_2D`, or the name of a custom operator. */
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
  if (customName !== undefined || name === 'CUSTOM')
    return 'It is a custom operator, which firmware must bring itself.';
  if (!hasOperator(library, name)) return 'The library does not have it.';
  const refusal = libraryRefusal(library, view);
  if (refusal !== undefined || library !== 'tflm' || target !== 'cortex-m-cmsis-nn') return refusal;
  return cmsisNnRefusal(view);
}

function supportOf(
  library: Library,
  views: readonly OperatorView[],
  target: ArenaTarget | undefined,
): LibrarySupport {
  const counts = new Map<string, OperatorRefusal>();
  for (const view of views) {
    const reason = reasonAgainst(library, view, target);
    if (reason === undefined) continue;
    const operator = view.operator.customName ?? view.operator.name;
    const key = JSON.stringify([operator, reason]);
    counts.set(key, { operator, reason, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return { library, ok: counts.size === 0, refusals: [...counts.values()] };
}

/** With a target, TensorFlow Lite Micro is judged as that build of it. */
export function librarySupport(
  views: readonly OperatorView[],
  target?: ArenaTarget,
): readonly LibrarySupport[] {
  return LIBRARIES.map((library) => supportOf(library, views, target));
}
