/**
 * How much one file may make the reader do. Vectors and buffers may legally be shared, so a small file can describe more
 * tensors, names and operands than any machine holds.
 */

import { inputError, unsupportedError } from '../../core/errors.ts';

const MAX_TENSOR_BYTES = 2 ** 30;
/** Any file may have as much as the largest memories beside a microcontroller; what has more is larger itself. */
const FREE_TENSOR_BYTES = 2 ** 25;
const TENSOR_BYTES_PER_FILE_BYTE = 2 ** 14;
const MAX_ENTRIES = 2 ** 26;

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
  readonly #limit: number;
  readonly #steps: number;
  #tensorBytes: number;
  #entries = MAX_ENTRIES;

  constructor(fileBytes: number) {
    this.#limit = Math.min(MAX_TENSOR_BYTES, FREE_TENSOR_BYTES + fileBytes * TENSOR_BYTES_PER_FILE_BYTE);
    this.#tensorBytes = this.#limit;
    this.#steps = stepLimit(fileBytes);
  }

  /** Elements of tensors, constant or not. */
  spendTensorBytes(bytes: number): void {
    this.#tensorBytes -= bytes;
    if (!(this.#tensorBytes >= 0)) {
      throw unsupportedError(
        'model-too-large',
        `The tensors of the model take more than ${Math.floor(this.#limit / 2 ** 20)} MiB together, the most that is read of a file of this size.`,
        'No microcontroller runs a model of this size.',
      );
    }
  }

  /** Of one inference: `graphSteps`. */
  spendSteps(steps: number): void {
    if (steps <= this.#steps) return;
    throw unsupportedError(
      'model-too-slow',
      `One inference takes ${steps.toPrecision(3)} multiply-accumulates and other steps, and at most ${this.#steps.toPrecision(3)} are computed of a file of this size.`,
      'Look at its largest windows and images: "tinyml inspect" lists the operators.',
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
