/** What adding takes, whatever the width: both operands are enlarged and brought to a common scale, and their sum to the output's. */

import type { QuantizedMultiplier } from '../../core/fixed-point.ts';
import type { Broadcast } from '../broadcast.ts';
import type { Requantization } from '../int8/requantize.ts';

/** One operand, on its way to a scale that both have in common. */
export interface AddOperand {
  readonly zeroPoint: number;
  readonly multiplier: QuantizedMultiplier;
}

export interface AddQuantized extends Requantization {
  readonly broadcast: Broadcast;
  readonly a: AddOperand;
  readonly b: AddOperand;
  /** −1 to subtract b. */
  readonly signB: 1 | -1;
  readonly outputMultiplier: QuantizedMultiplier;
}
