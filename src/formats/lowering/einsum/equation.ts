/** Equations of Einstein's summation, as NumPy writes them: `abc,cd->abd`, `...ij,...jk`. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';

/** The letters of axes; those that `...` stands for are numbers, counted from the last one. */
export interface Equation {
  readonly factors: readonly (readonly string[])[];
  readonly result: readonly string[];
}

const TERM = /^([a-zA-Z]*)(?:(\.\.\.)([a-zA-Z]*))?$/;

interface Term {
  readonly before: readonly string[];
  readonly behind: readonly string[];
  readonly isOpen: boolean;
}

/** No equation that anybody writes is longer. */
const LONGEST = 200;

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

function termOf(text: string, equation: string): Term {
  const parts = TERM.exec(text);
  if (parts === null) throw inputError('operation-shape', `its equation is ${quoted(equation)}.`);
  const [, before, open, behind = ''] = parts;
  return { before: [...before], behind: [...behind], isOpen: open !== undefined };
}

function lettersOf({ before, behind, isOpen }: Term, open: number): string[] {
  const axes = Array.from({ length: isOpen ? open : 0 }, (_, axis) => String(open - axis));
  return [...before, ...axes, ...behind];
}

/** Axes of a factor that `...` stands for. */
function openAxes({ before, behind, isOpen }: Term, rank: number, equation: string): number {
  const open = rank - before.length - behind.length;
  if (open === 0 || (isOpen && open > 0)) return open;
  throw inputError(
    'operation-shape',
    `its equation ${quoted(equation)} has ${counted(before.length + behind.length, 'letter')} for ${counted(rank, 'axis', 'axes')}.`,
  );
}

/** All that `...` stands for, and the letters that occur once in the order of the alphabet. */
function impliedResult(factors: readonly (readonly string[])[], open: number): string[] {
  const letters = factors.flat().filter((letter) => /[a-zA-Z]/.test(letter));
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter));
  return [...Array.from({ length: open }, (_, axis) => String(open - axis)), ...once.sort()];
}

function refuseRepeated(letters: readonly string[], equation: string): void {
  if (new Set(letters).size === letters.length) return;
  throw unsupportedError(
    'unsupported-equation',
    `its equation is ${quoted(equation)}, which takes the diagonal of a tensor.`,
    'Multiply by a constant identity matrix, and sum over its columns.',
  );
}

/** Throws input errors for what is none, or none of tensors of these numbers of axes, and `unsupported-equation` for diagonals. */
export function parseEquation(text: string, ranks: readonly number[]): Equation {
  const plain = text.replaceAll(' ', '');
  const [left, right, ...rest] = plain.split('->');
  const terms = left.split(',').map((term) => termOf(term, text));
  if (rest.length > 0 || plain.length > LONGEST || terms.length !== ranks.length) {
    throw inputError(
      'operation-shape',
      `its equation is ${quoted(text)} for ${counted(ranks.length, 'operand')}.`,
    );
  }
  const open = terms.map((term, index) => openAxes(term, ranks[index], text));
  const factors = terms.map((term, index) => lettersOf(term, open[index]));
  const most = Math.max(...open);
  const result = right === undefined ? impliedResult(factors, most) : lettersOf(termOf(right, text), most);
  for (const letters of factors) refuseRepeated(letters, text);
  const unknown = result.find((letter) => !factors.some((letters) => letters.includes(letter)));
  if (unknown !== undefined || new Set(result).size !== result.length) {
    throw inputError('operation-shape', `its equation ${quoted(text)} has no such result.`);
  }
  return { factors, result };
}
