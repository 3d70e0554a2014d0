/** What a `.tflite` file computes in, and what its inputs and outputs hold, as people say it. */

export const MODEL_TYPES = ['int8', 'float'] as const;
export type ModelType = (typeof MODEL_TYPES)[number];
