/** What firmware that listens all the time is told besides its model. */

import type { Decision } from '../../../core/samples/decision.ts';
import type { Preparation } from '../../../core/samples/preparation.ts';

export interface FirmwareStream {
  /** Without steps where the model takes readings as they are. */
  readonly preparation: Preparation;
  /** Rows of the ring from one answer to the next. */
  readonly every: number;
  readonly decision: Decision;
  /** One for every output of the model. */
  readonly labels: readonly string[];
  /** Rows of readings in a second. */
  readonly rate: number;
  /** The largest reading of the recordings, without its sign: what unit they have. */
  readonly largest: number;
}
