/** Bytes of files as text, up to a size that the JavaScript engine can hold and parse. */

import { inputError } from './errors.ts';

/** Far above every description of a model, every project and every manifest; what is parsed takes many times as much. */
export const MAX_TEXT_BYTES = 2 ** 25;

/** UTF-8 as text. Throws `text-too-large` (input); `where` begins the sentence: a path, or what it is. */
export function decodeText(bytes: Uint8Array, where: string, limit = MAX_TEXT_BYTES): string {
  if (bytes.length <= limit) return new TextDecoder().decode(bytes);
  throw inputError(
    'text-too-large',
    `${where} has ${bytes.length} bytes of text, and at most ${limit} are read`,
    'Give the file that was meant.',
  );
}
