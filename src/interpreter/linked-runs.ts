/** What an inference runs, with one function of WebAssembly wherever kernels of it follow one another. */

import { linkCalls, recordCalls } from '../kernels/simd/link-calls.ts';
import type { InferenceKernels } from '../kernels/simd/simd-plan.ts';

type Run = () => void;

/** One operator. */
export interface Linkable {
  readonly run: Run;
  /** The calls of kernels that `run` is, where it is no loop of JavaScript. */
  readonly call?: (kernels: InferenceKernels) => void;
}

/** Beyond it the way to a kernel is nothing beside what all compute. */
const MOST_CALLS = 4096;

/** One run, or one function in place of several; undefined where there is nothing to be gained. */
function linkedRun(group: readonly Linkable[], exports: object): Run | undefined {
  if (group.length < 2) return undefined;
  const make = (kernels: InferenceKernels): void => {
    for (const { call } of group) call?.(kernels);
  };
  const calls = recordCalls(make, MOST_CALLS);
  return calls && linkCalls(exports, calls);
}

/** Does in order what all `run` do. `exports` are those of the module's instance whose kernels are called. */
export function linkRuns(operators: readonly Linkable[], exports: object): readonly Run[] {
  const runs: Run[] = [];
  let group: Linkable[] = [];
  const finish = (): void => {
    const linked = linkedRun(group, exports);
    runs.push(...(linked === undefined ? group.map(({ run }) => run) : [linked]));
    group = [];
  };
  for (const operator of operators) {
    if (operator.call !== undefined) {
      group.push(operator);
      continue;
    }
    finish();
    runs.push(operator.run);
  }
  finish();
  return runs;
}
