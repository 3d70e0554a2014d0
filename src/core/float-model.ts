/**
 * A trained float model as every trainer and importer hands it over: the Keras description of its layers,
 * and its weights by name. No framework object survives training.
 */

import type { JsonObject } from './json.ts';
import type { Shape } from './tensor.ts';

export interface NamedWeight {
  /** `layer/weight`, for example `dense_1/kernel`; inside a nested model `model/layer/weight`. */
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

export interface FloatModel {
  /**
   * `{ class_name, config }`, as Keras' `to_json` and TensorFlow.js' `modelTopology.model_config` have it, and
   * `keras_version` where the file tells who wrote it: some layers compute differently from version to version.
   */
  readonly topology: JsonObject;
  /** In the order of Keras' `get_weights`. */
  readonly weights: readonly NamedWeight[];
}
