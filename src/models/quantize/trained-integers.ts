/** The integers of a graph that was trained for them. */

import { usageError } from '../../core/errors.ts';
import type { Graph } from '../../ir/graph.ts';
import { quantizeTrained, type TrainedQuantization } from '../../passes/quantize-trained.ts';
import { forLibrary, type LoweringOptions } from '../convert/lower.ts';
import type { Int4Wish } from './int4/int4-wish.ts';

/** As much of what is asked for as training has decided already, and the library. */
export interface TrainedForm extends Pick<LoweringOptions, 'type' | 'int16' | 'library'> {
  readonly int4?: Int4Wish | undefined;
}

/** Throws `trained-for-int8` (usage) for what no training prepares for. */
export function requireTrainedForm({ type, int16, int4 }: TrainedForm): void {
  const other =
    type === 'int16x8'
      ? 'int16x8'
      : int16 !== undefined
        ? 'int16 layers'
        : int4 !== undefined
          ? '4-bit weights'
          : undefined;
  if (other === undefined) return;
  throw usageError(
    'trained-for-int8',
    `The model was trained for its int8 form, so that it cannot get ${other} afterwards`,
    int4 === undefined
      ? 'Take "quantize-aware" out of "compress", or ask for int8.'
      : 'Say in the options of "quantize-aware" which layers get 4 bits.',
  );
}

/** With the ranges and scales of the training, as they are; weights go to the nearest. Throws `trained-for-int8` (usage). */
export function trainedIntegers(graph: Graph, trained: TrainedQuantization, form: TrainedForm): Graph {
  requireTrainedForm(form);
  return forLibrary(quantizeTrained(graph, trained), { library: form.library, without: [] });
}
