/** What the code of a stream is called, and what it calls. */

export interface StreamNames {
  /** Functions and structs begin with it: `model_stream`. */
  readonly prefix: string;
  /** Macros begin with it: `MODEL_STREAM`. */
  readonly macro: string;
  /** What the functions of the preparation begin with: `model`. */
  readonly preparation: string;
  /** From a real number to an element of the model's input; not called where those are floats. */
  readonly quantize: string;
  /** Headers of all these. */
  readonly headers: readonly string[];
}

/** In a project without an interpreter. */
export function standaloneStreamNames({
  name,
  macro,
}: {
  readonly name: string;
  readonly macro: string;
}): StreamNames {
  return {
    prefix: `${name}_stream`,
    macro: `${macro}_STREAM`,
    preparation: name,
    quantize: `${name}_quantize_input`,
    headers: [`${name}_io.h`, `${name}_prepare.h`],
  };
}

/** In firmware of TensorFlow Lite Micro. */
export const FIRMWARE_STREAM: StreamNames = {
  prefix: 'stream',
  macro: 'STREAM',
  preparation: 'stream',
  quantize: 'quantize_input',
  headers: ['model_io.h', 'stream_prepare.h'],
};
