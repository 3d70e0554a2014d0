import { inputError, unsupportedError } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json.ts';
import { formatShape } from '../../../core/tensor.ts';
import { LayerConfig } from '../config.ts';
import type { LayerContext, LayerImporter, LayerValue } from '../layer.ts';
import { requireNoMask } from './masking.ts';

/** A layer over every step of a sequence, whose steps are the batch meanwhile. */
export function timeDistributed(importerOf: (className: string) => LayerImporter | undefined): LayerImporter {
  return (layer: LayerContext): LayerValue => {
    const inner = layer.config.value('layer');
    if (!isJsonObject(inner) || !isJsonObject(inner.config)) {
      throw inputError('layer-config', 'it wraps no layer.');
    }
    const { class_name: className } = inner;
    const importer = typeof className === 'string' ? importerOf(className) : undefined;
    if (typeof className !== 'string' || importer === undefined) {
      throw unsupportedError(
        'unsupported-layer',
        `it repeats a ${JSON.stringify(className ?? null)} layer over time.`,
        'Repeat layers that tinyml computes, each in a TimeDistributed of its own.',
      );
    }
    requireNoMask(className, layer.inputs[0]);
    const [batch, steps, ...rest] = layer.inputs[0].shape;
    if (rest.length === 0) {
      throw inputError('layer-shape', `its input ${formatShape(layer.inputs[0].shape)} is no sequence.`);
    }
    const shape = [batch * steps, ...rest];
    const folded = layer.reshape('steps', layer.narrow(layer.inputs[0]), shape);
    const repeated = layer.withConfig(new LayerConfig(inner.config), [{ id: folded, shape }]);
    const made = importer(repeated);
    const result = [batch, steps, ...made.shape.slice(1)];
    return { id: layer.reshape('sequence', made.id, result), shape: result };
  };
}
