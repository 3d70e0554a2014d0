/**
 * Finds the TensorFlow Lite model in C or C++ source by anybody: `xxd -i`, TFLM's and TensorFlow's generators, Arduino
 * sketches, tinyml's own export. Any text gives a model or a `TinymlError`, in time and memory linear in its length.
 */

import { inputError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { hasIdentifier, isUnnamedModel } from '../tflite/verify.ts';
import { readArrayValues } from './array-values.ts';
import { integerValue } from './constants.ts';
import { Tokens } from './tokens.ts';

export interface CArray {
  /** Its C identifier. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface FoundArray extends CArray {
  readonly problem?: string;
  /** What stands between the brackets, where that is a number. */
  readonly declaredLength?: number;
}

/** `name_len`, `name_size` and the like, by name. */
type Lengths = Map<string, number>;

const MAX_LISTED = 10;
const MAX_LENGTHS = 1000;
const MAX_NAME_LENGTH = 120;

/** What is known of the declaration that the scan is in. */
interface Declaration {
  /** The identifier in front of the first bracket. */
  name?: string;
  declaredLength?: number;
  /** The last identifier outside parentheses. */
  lastWord?: string;
  depth: number;
}

class Finder {
  private readonly tokens: Tokens;
  private declaration: Declaration = { depth: 0 };
  private readonly lengths: Lengths = new Map();
  private readonly onArray: (array: FoundArray) => void;

  constructor(text: string, onArray: (array: FoundArray) => void) {
    this.tokens = new Tokens(text);
    this.onArray = onArray;
  }

  /** Walks through the text once and returns the lengths that it defines. */
  run(): Lengths {
    const { tokens } = this;
    tokens.next();
    while (tokens.kind !== 'end') this.step();
    return this.lengths;
  }

  private step(): void {
    const { tokens, declaration } = this;
    if (tokens.kind === 'identifier') {
      if (declaration.depth === 0) declaration.lastWord = this.word();
      tokens.next();
      if (declaration.depth === 0 && tokens.is('[')) this.openBracket();
      return;
    }
    if (tokens.is('(')) declaration.depth++;
    else if (tokens.is(')')) declaration.depth = Math.max(0, declaration.depth - 1);
    else if (tokens.is(';') || tokens.is('}')) this.declaration = { depth: 0 };
    else if (tokens.is('{')) this.openBrace(declaration.name);
    if (tokens.is('=')) this.initialize();
    else tokens.next();
  }

  private word(): string {
    const { text, start, end } = this.tokens;
    return text.slice(start, Math.min(end, start + MAX_NAME_LENGTH));
  }

  private openBracket(): void {
    const { tokens, declaration } = this;
    if (declaration.name !== undefined || declaration.lastWord === undefined) return;
    declaration.name = declaration.lastWord;
    if (tokens.next() !== 'number') return;
    const length = integerValue(tokens.text, tokens.start, tokens.end);
    tokens.next();
    if (length !== undefined && tokens.is(']')) declaration.declaredLength = length;
  }

  private openBrace(name: string | undefined): void {
    const { declaredLength } = this.declaration;
    this.declaration = { depth: 0 };
    if (name === undefined) return;
    const values = readArrayValues(this.tokens);
    this.onArray({ name, ...(declaredLength === undefined ? {} : { declaredLength }), ...values });
  }

  /** After `=`: an initializer in braces, or a number that may be a length. */
  private initialize(): void {
    const { tokens, declaration, lengths } = this;
    tokens.next();
    if (tokens.is('{')) {
      this.openBrace(declaration.name ?? declaration.lastWord);
      return;
    }
    const { lastWord } = declaration;
    if (tokens.kind !== 'number' || lastWord === undefined || lengths.size >= MAX_LENGTHS) return;
    const value = integerValue(tokens.text, tokens.start, tokens.end);
    tokens.next();
    if (value !== undefined && tokens.is(';')) lengths.set(lastWord, value);
  }
}

function listed(arrays: readonly FoundArray[], count: number): string {
  const lines = arrays.map(({ name, bytes, problem }) =>
    problem === undefined ? `${name} (${counted(bytes.length, 'byte')})` : `${name}, which ${problem}`,
  );
  if (count > arrays.length) lines.push(`${count - arrays.length} more`);
  return lines.join('; ');
}

function checkLength({ name, bytes, declaredLength, problem }: FoundArray, lengths: Lengths): void {
  const hint = 'Copy the whole file again from where it was made.';
  if (problem !== undefined) {
    throw inputError(
      'bad-c-array',
      `The array ${name} ${problem}, after ${counted(bytes.length, 'byte')}.`,
      problem === 'is cut off' ? hint : 'Give the file as its generator wrote it.',
    );
  }
  const said = [
    { by: `${name}[${declaredLength}]`, length: declaredLength },
    ...['_len', '_size', '_length', 'Len', 'Size'].map((suffix) => ({
      by: name + suffix,
      length: lengths.get(name + suffix),
    })),
  ].find(({ length }) => length !== undefined && length !== bytes.length);
  if (said === undefined) return;
  throw inputError(
    'c-array-length',
    `The array ${name} has ${counted(bytes.length, 'byte')}, but ${said.by} says ${said.length}.`,
    hint,
  );
}

/**
 * The one array that holds a TensorFlow Lite model: `TFL3` at byte 4, or without that a sound model of 2020. Errors list the arrays where none or several do,
 * and tell of an array that is cut off or whose length is not the one that the source itself states.
 */
export function readCArray(text: string): CArray {
  const named: FoundArray[] = [];
  const unnamed: FoundArray[] = [];
  const others: FoundArray[] = [];
  let count = 0;
  const lengths = new Finder(text, (array) => {
    count++;
    const list = hasIdentifier(array.bytes) ? named : isUnnamedModel(array.bytes) ? unnamed : others;
    if (list.length < MAX_LISTED) list.push(array);
  }).run();
  const models = named.length > 0 ? named : unnamed;
  if (models.length > 1) {
    throw inputError(
      'several-models',
      `The source has several arrays that hold a TensorFlow Lite model: ${listed(models, models.length)}.`,
      'Leave the one you mean in a file of its own.',
    );
  }
  if (models.length === 1) {
    checkLength(models[0], lengths);
    return { name: models[0].name, bytes: models[0].bytes };
  }
  throw inputError(
    'no-model-array',
    count === 0
      ? 'The source has no array with values.'
      : `No array of the source holds a TensorFlow Lite model (TFL3 at byte 4): ${listed(others, count)}.`,
    count === 0 ? 'Headers only declare the array; give the .cc, .cpp or .c file with the bytes.' : undefined,
  );
}
