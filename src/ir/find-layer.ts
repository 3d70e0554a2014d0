/** The nodes that came from a layer, by its name as people know it. */

import { usageError } from '../core/errors.ts';
import { nearestName } from '../core/nearest-name.ts';
import type { Node } from './graph.ts';

function hint(names: readonly string[], near: string | undefined): string {
  if (names.length === 0) return 'The file has no names of layers; take the Keras model.';
  const listed = `Its layers are ${names.join(', ')}; what was folded into another one has that one's name.`;
  return near === undefined ? listed : `Did you mean "${near}"? ${listed}`;
}

/**
 * Throws `unknown-layer` (usage) where there are none, with the name that was probably meant. `purpose` says what was to be
 * done with the layer: "to compute in int16".
 */
export function findLayer(nodes: readonly Node[], layer: string, purpose: string): readonly Node[] {
  const found = nodes.filter(({ name }) => name === layer);
  if (found.length > 0) return found;
  const names = [...new Set(nodes.map(({ name }) => name))].filter((name) => name !== '');
  throw usageError(
    'unknown-layer',
    `There is no layer "${layer}" ${purpose} in the model as it is converted`,
    hint(names, nearestName(layer, names)),
  );
}
