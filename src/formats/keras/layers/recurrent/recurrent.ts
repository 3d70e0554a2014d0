/** LSTM, GRU and SimpleRNN, alone. */

import type { LayerImporter } from '../../layer.ts';
import type { RecurrentClass } from './cells.ts';
import { direction } from './direction.ts';

export function importRecurrent(className: RecurrentClass): LayerImporter {
  return (layer) => {
    const made = direction(layer, className);
    const id = made.returnsSequences ? made.sequence('sequence', 'taken') : made.last();
    return { id, shape: layer.shapeOf(id) };
  };
}
