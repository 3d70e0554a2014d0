/** The layer inside another one. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { isJsonObject } from '../../../core/json.ts';
import { LayerConfig } from '../config.ts';
import type { LayerContext, LayerImporter } from '../layer.ts';

/** Undefined for classes that have no operators. */
export type ImporterOf = (className: string) => LayerImporter | undefined;

interface WrappedLayer {
  readonly className: string;
  readonly config: LayerConfig;
  readonly import: LayerImporter;
}

/** The member `layer`; where that is none that is computed, `does` says "it repeats NAME", and `instead` what helps. */
export function wrappedLayer(
  layer: LayerContext,
  importerOf: ImporterOf,
  does: (name: string) => string,
  instead: string,
): WrappedLayer {
  const inner = layer.config.value('layer');
  if (!isJsonObject(inner) || !isJsonObject(inner.config)) {
    throw inputError('layer-config', 'it wraps no layer.');
  }
  const { class_name: className } = inner;
  const importer = typeof className === 'string' ? importerOf(className) : undefined;
  if (typeof className !== 'string' || importer === undefined) {
    throw unsupportedError(
      'unsupported-layer',
      `${does(`a ${JSON.stringify(className ?? null)} layer`)}.`,
      instead,
    );
  }
  return { className, config: new LayerConfig(inner.config), import: importer };
}

/** Layers whose only work is done while the layer inside is trained: at inference they are that layer. */
export function transparent(importerOf: ImporterOf): LayerImporter {
  return (layer) => {
    const inner = wrappedLayer(
      layer,
      importerOf,
      (name) => `it wraps ${name}`,
      'Wrap a layer that tinyml computes.',
    );
    return inner.import(layer.withConfig(inner.config));
  };
}
