/** Activations in steps of a scale: what the loops of this folder take, both sides of one width. */
export type QuantizedData = Int8Array | Int16Array;
