/** The one line that firmware with a self-test prints on its serial port: its words, for who prints and who reads it. */

/** What every such line begins with. */
export const SELF_TEST_WORD = 'tinyml-self-test';

/** The fields after each verdict, in order. `model` is hexadecimal, everything else a decimal integer. */
export const SELF_TEST_FIELDS = {
  /** `bytes`: output bytes compared in all vectors together. */
  PASS: ['model', 'vectors', 'bytes'],
  /** The first byte that differs, and how many differ in all vectors together. */
  FAIL: ['model', 'vector', 'output', 'index', 'expected', 'actual', 'mismatches', 'vectors', 'bytes'],
  /** The model ran on all inputs, and the firmware does not know what it must give for them. */
  UNPROVEN: ['model', 'vectors'],
  /** The line ends in one more word: the step that did not succeed. */
  ERROR: ['model', 'vector'],
} as const;

export type SelfTestVerdict = keyof typeof SELF_TEST_FIELDS;

/** Digits of the model's sha256 that a line carries. */
export const SELF_TEST_MODEL_DIGITS = 16;

/** What a line carries of a model's sha256 (hexadecimal). */
export function selfTestModel(sha256: string): string {
  return sha256.slice(0, SELF_TEST_MODEL_DIGITS);
}

/** Baud rate at which generated firmware prints it. */
export const SELF_TEST_BAUD = 115200;
