/** Weights as C reads them: an array, or what is decoded of Huffman codes. */

import { encodeHuffman } from '../../../core/coding/huffman.ts';

/** Bytes that lie in flash as Huffman codes. */
export interface CodedArray {
  /** Of the array of codes. */
  readonly name: string;
  readonly codeBytes: number;
  /** That they give. */
  readonly bytes: number;
}

/** What an emitter has of the weights that it gave away; `Places.weights` says where they are. */
export type Weights =
  | { readonly are: 'plain'; readonly name: string }
  | { readonly are: 'coded'; readonly array: CodedArray };

/** What a constant struct has in the place of weights: nothing where they are decoded. */
export function plainName(weights: Weights): string {
  return weights.are === 'plain' ? weights.name : 'NULL';
}

/** Arrays of the same key are decoded once. */
export function arrayKey({ name, bytes }: CodedArray): string {
  return `${name} ${bytes}`;
}

/** Each array once. */
export function distinctArrays(arrays: readonly CodedArray[]): readonly CodedArray[] {
  return [...new Map(arrays.map((array) => [arrayKey(array), array])).values()];
}

/** What the call of a decoder takes in code, and the copy of a struct that knows where the weights lie, as gcc compiles them. */
const CALL_BYTES = 64;

/** The codes of an array that takes less flash with them, calls included; undefined for others. */
export function payingCodes(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length <= CALL_BYTES) return undefined;
  const codes = encodeHuffman(bytes);
  return codes !== undefined && codes.length + CALL_BYTES < bytes.length ? codes : undefined;
}
