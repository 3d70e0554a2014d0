/** Where decoded weights lie, and the C that decodes them. */

import { alignUp } from '../../../core/alignment.ts';
import { WORD_BYTES } from '../../../planner/static/static-block.ts';
import type { Program } from '../program.ts';
import { arrayKey, type CodedArray, distinctArrays } from './weights.ts';

/** An array and where it lies in the memory that holds it. */
interface Decoded {
  readonly array: CodedArray;
  readonly offset: number;
}

/** The member of the state with all weights that are decoded once. */
const MEMBER = 'weights';

function decodedAtBoot({ huffman, steps }: Program): readonly Decoded[] {
  if (huffman !== 'boot') return [];
  let end = 0;
  return distinctArrays(steps.flatMap(({ coded }) => coded)).map((array) => {
    const offset = end;
    end = alignUp(offset + array.bytes, WORD_BYTES);
    return { array, offset };
  });
}

function decodedBefore({ huffman, steps, weights }: Program, step: number): readonly Decoded[] {
  if (huffman !== 'layer') return [];
  return steps[step].coded.map((array, index) => ({ array, offset: weights[step][index] }));
}

/** What weights take of the state, in bytes. */
export function bootBytes(program: Program): number {
  const last = decodedAtBoot(program).at(-1);
  return last === undefined ? 0 : alignUp(last.offset + last.array.bytes, WORD_BYTES);
}

/** The declaration of the member of the state, or nothing. */
export function bootMember(program: Program): string {
  const bytes = bootBytes(program);
  return bytes === 0 ? '' : `  uint32_t ${MEMBER}[${bytes / WORD_BYTES}]; /* Decoded. */\n`;
}

function decode({ array: { name, codeBytes, bytes }, offset }: Decoded, memory: string): string {
  return `decode_huffman(${name}, ${codeBytes}u, ${memory} + ${offset}, ${bytes}u);`;
}

/** The statements that decode what lies in the state. */
export function bootStatements(program: Program): readonly string[] {
  return decodedAtBoot(program).map((decoded) => decode(decoded, `(int8_t *)state->${MEMBER}`));
}

/** The statements that decode what a step needs. */
export function layerStatements(program: Program, step: number): readonly string[] {
  return decodedBefore(program, step).map((decoded) => decode(decoded, 'memory'));
}

/** A pointer to what an array of a step was decoded to. */
export function decodedPointer(program: Program, step: number, array: CodedArray): string {
  const isIt = (decoded: Decoded): boolean => arrayKey(decoded.array) === arrayKey(array);
  const atBoot = decodedAtBoot(program).find(isIt);
  if (atBoot !== undefined) return `(const int8_t *)state->${MEMBER} + ${atBoot.offset}`;
  const before = decodedBefore(program, step).find(isIt);
  if (before === undefined) throw new Error(`${array.name} is not decoded for step ${step}`);
  return `memory + ${before.offset}`;
}
