/** What `tinyml convert` may be told. */

import type { EndType, ModelType, WeightForm } from '../../../core/model-type.ts';
import type { Recipe } from '../../../models/quantize/method-names.ts';
import type { Library } from '../../../targets/tflm/operators.ts';
import type { ImportFlags } from './import-flags.ts';

/** Options of `tinyml convert`. */
export interface ConvertFlags extends ImportFlags {
  readonly int8?: boolean;
  readonly float?: boolean;
  readonly float16?: boolean;
  readonly dynamicRange?: boolean;
  readonly int16x8?: boolean;
  /** Layers that compute in int16. */
  readonly int16?: readonly string[];
  readonly io?: EndType;
  readonly densePerChannel?: boolean;
  readonly method?: Recipe;
  /** Layers whose weights get 4 bits. */
  readonly int4?: readonly string[];
  /** `3dB` or `0.6x`: chooses them. */
  readonly weightsBudget?: string;
  readonly library?: Library;
  readonly output?: string;
  readonly force?: boolean;
  readonly calibration?: string;
  readonly dumpIr?: string;
  readonly tflmOnly?: boolean;
  /** Weights of few values become look-up tables. */
  readonly lut?: boolean;
  /** Those of these layers alone. */
  readonly lutLayers?: readonly string[];
  /** Plans the arena in the file, where that saves memory. */
  readonly plan?: 'offline';
  /** New rows of a stream that an inference takes. */
  readonly streamRows?: number;
  /** Passes to leave out: commander files `--no-pass <name>` under `pass`. */
  readonly pass: readonly string[];
}

/** What the model is to compute in; undefined where nobody says. */
export function typeOf({
  float,
  int8,
  int16x8,
  int16,
  int4,
  weightsBudget,
}: ConvertFlags): ModelType | undefined {
  if (int16x8) return 'int16x8';
  // Layers of int16 and weights of 4 bits are those of an int8 model.
  const isInt8 = int8 === true || [int16, int4, weightsBudget].some((option) => option !== undefined);
  return float ? 'float' : isInt8 ? 'int8' : undefined;
}

/** How the weights of a float32 file are to be stored; undefined for as they are. */
export function weightsOf({ float16, dynamicRange }: ConvertFlags): WeightForm | undefined {
  return float16 ? 'float16' : dynamicRange ? 'dynamic-range' : undefined;
}
