/** What a `.tflite` file computes in, and what its inputs and outputs hold, as people say it. */

/** What a model computes in; `int16x8`: int16 activations and int8 weights. */
export const MODEL_TYPES = ['int8', 'float', 'int16x8'] as const;
/** One of `MODEL_TYPES`. */
export type ModelType = (typeof MODEL_TYPES)[number];
/** Those of integers. */
export type IntegerModelType = Exclude<ModelType, 'float'>;

/** What inputs and outputs are: the integers that the operators there compute in, or float32. */
export const END_TYPES = ['int8', 'float'] as const;
/** One of `END_TYPES`. */
export type EndType = (typeof END_TYPES)[number];

/** How the weights of a float model are stored for TensorFlow Lite on desktops and phones; TFLM takes neither. */
export const WEIGHT_FORMS = ['float16', 'dynamic-range'] as const;
/** One of `WEIGHT_FORMS`. */
export type WeightForm = (typeof WEIGHT_FORMS)[number];
