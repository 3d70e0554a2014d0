/** How much of the noise comes of weights, of activations, and of the two ends. */

import { given } from '../../core/given.ts';
import type { ValueId } from '../../ir/graph.ts';
import { decibelsOf, type Noise } from './decibels.ts';
import type { ErrorBudget } from './diagnosis.ts';
import { NOTHING, type Plain, roundingOf } from './plain-form.ts';
import type { Simulate } from './simulation.ts';

/** `all` is what int8 really makes, `whole` what the simulation of all causes does. */
export async function budgetOf(
  plain: Plain,
  simulate: Simulate,
  all: Noise,
  whole: Noise,
): Promise<ErrorBudget> {
  const { float, int8, pairs, quants, judged } = plain;
  const activations = async (ids: Iterable<ValueId>) =>
    decibelsOf(await simulate({ ...NOTHING, activations: roundingOf(plain, ids) }));
  return given({
    weightsDb: decibelsOf(await simulate({ ...NOTHING, constants: [{ int8, pairs }] })),
    activationsDb: await activations(quants.keys()),
    inputDb: await activations(float.inputs.filter((id) => quants.has(id))),
    outputDb: await activations(judged),
    allDb: decibelsOf(all),
    simulatedDb: decibelsOf(whole),
  });
}
