import { inputError } from '../../../core/errors.ts';
import { formatShape } from '../../../core/tensor.ts';
import type { LayerImporter } from '../layer.ts';
import { requireNoMask } from './masking.ts';
import { type ImporterOf, wrappedLayer } from './wrapped.ts';

/** A layer over every step of a sequence, whose steps are the batch meanwhile. */
export function timeDistributed(importerOf: ImporterOf): LayerImporter {
  return (layer) => {
    const inner = wrappedLayer(
      layer,
      importerOf,
      (name) => `it repeats ${name} over time`,
      'Repeat layers that tinyml computes, each in a TimeDistributed of its own.',
    );
    requireNoMask(inner.className, layer.inputs[0]);
    const [batch, steps, ...rest] = layer.inputs[0].shape;
    if (rest.length === 0) {
      throw inputError('layer-shape', `its input ${formatShape(layer.inputs[0].shape)} is no sequence.`);
    }
    const shape = [batch * steps, ...rest];
    const folded = layer.reshape('steps', layer.narrow(layer.inputs[0]), shape);
    const made = inner.import(layer.withConfig(inner.config, [{ id: folded, shape }]));
    const result = [batch, steps, ...made.shape.slice(1)];
    return { id: layer.reshape('sequence', made.id, result), shape: result };
  };
}
