/**
 * How much one file may make the reader do. Vectors and buffers may legally be shared, so a small file can describe more
 * tensors, names and operands than any machine holds.
 */

import { inputError, unsupportedError } from '../core/errors.ts';

/** What a file is read for: to be told of, as its outline, or to be run and rewritten. */
type Purpose = 'described' | 'computed';

const MAX_TENSOR_BYTES = 2 ** 30;

/**
 * What any file may have, and what it may have more for each of its bytes. Described is what the largest memories beside a
 * microcontroller hold. Computed is a large image and what is first made of it, in all the copies that commands take: of
 * 480 files from the field and from tests none has the two hundredth part.
 */
const TENSOR_BYTES: Readonly<Record<Purpose, { readonly free: number; readonly perFileByte: number }>> = {
  described: { free: 2 ** 25, perFileByte: 2 ** 14 },
  computed: { free: 2 ** 21, perFileByte: 2 ** 10 },
};
const MAX_ENTRIES = 2 ** 26;

/** Bytes that the tensors of a file may take together. */
export function tensorLimit(fileBytes: number, purpose: Purpose): number {
  const { free, perFileByte } = TENSOR_BYTES[purpose];
  return Math.min(MAX_TENSOR_BYTES, free + fileBytes * perFileByte);
}

/** A thousand weights at each of 100,000 pixels; a file with more weights, or more pixels to each, is larger than `FREE_FILE_BYTES`. */
const FREE_STEPS = 1e8;
const FREE_FILE_BYTES = 1024;
/** Each further weight at a million pixels. */
const STEPS_PER_FILE_BYTE = 1e6;

function stepLimit(fileBytes: number): number {
  return FREE_STEPS + Math.max(0, fileBytes - FREE_FILE_BYTES) * STEPS_PER_FILE_BYTE;
}

/** How often a model that takes so many steps (`graphSteps`) is run unasked: at most `wished` times, at least once. */
export function affordableRuns(fileBytes: number, steps: number, wished: number): number {
  return Math.min(wished, Math.max(1, Math.floor(stepLimit(fileBytes) / steps)));
}

export class Allowance {
  readonly #purpose: Purpose;
  readonly #limit: number;
  readonly #steps: number;
  #tensorBytes: number;
  #entries = MAX_ENTRIES;

  constructor(fileBytes: number, purpose: Purpose) {
    this.#purpose = purpose;
    this.#limit = tensorLimit(fileBytes, purpose);
    this.#tensorBytes = this.#limit;
    this.#steps = stepLimit(fileBytes);
  }

  /** Elements of tensors, constant or not. */
  spendTensorBytes(bytes: number): void {
    this.#tensorBytes -= bytes;
    if (!(this.#tensorBytes >= 0)) {
      throw unsupportedError(
        'model-too-large',
        `The tensors of the model take more than ${Math.floor(this.#limit / 2 ** 20)} MiB together, the most that is ${this.#purpose} of a file of this size.`,
        this.#purpose === 'described'
          ? 'No microcontroller runs a model of this size.'
          : '"tinyml inspect" lists the shapes; so few weights are worth no tensors of this size.',
      );
    }
  }

  /** Of one inference: `graphSteps`. */
  spendSteps(steps: number): void {
    if (steps <= this.#steps) return;
    throw unsupportedError(
      'model-too-slow',
      `One inference takes ${steps.toPrecision(3)} multiply-accumulates and other steps, and at most ${this.#steps.toPrecision(3)} are computed of a file of this size.`,
      'Look at its largest windows and images; "tinyml inspect" lists the operators of a .tflite file.',
    );
  }

  /** Elements of vectors and bytes of names. */
  spendEntries(count: number): void {
    this.#entries -= count;
    if (this.#entries < 0) {
      throw inputError('corrupt-tflite', 'The .tflite file repeats its vectors beyond all measure.');
    }
  }
}

/** The text of a string field, read through its bytes so that its length is known before it is decoded. */
export function boundedText(bytes: string | Uint8Array | null, allowance: Allowance): string {
  if (bytes === null || typeof bytes === 'string') return bytes ?? '';
  allowance.spendEntries(bytes.length);
  return new TextDecoder().decode(bytes);
}

/** The elements of a vector of numbers, read one by one: it may lie at any address. */
export function boundedNumbers(
  length: number,
  at: (index: number) => number | null,
  allowance: Allowance,
): number[] {
  allowance.spendEntries(length);
  return Array.from({ length }, (_, index) => at(index) ?? 0);
}
