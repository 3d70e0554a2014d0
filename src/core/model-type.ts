/** What a `.tflite` file computes in, and what its inputs and outputs hold, as people say it. */

/** What a model computes in. */
export const MODEL_TYPES = ['int8', 'float'] as const;
/** One of `MODEL_TYPES`. */
export type ModelType = (typeof MODEL_TYPES)[number];
