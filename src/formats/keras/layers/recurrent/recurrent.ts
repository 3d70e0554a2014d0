/** LSTM, GRU and SimpleRNN, alone. */

import type { LayerImporter } from '../../layer.ts';
import type { RecurrentClass } from './cells.ts';
import { direction } from './direction.ts';

export function importRecurrent(className: RecurrentClass): LayerImporter {
  return (layer) => {
    const made = direction(layer, className);
    const id = made.returnsSequences ? made.sequence('sequence', 'taken') : made.last();
    const states = [made.hidden, made.cell].slice(0, layer.states).map((state) => {
      const value = state();
      return { id: value, shape: layer.shapeOf(value) };
    });
    return { id, shape: layer.shapeOf(id), ...(states.length === 0 ? {} : { states }) };
  };
}
