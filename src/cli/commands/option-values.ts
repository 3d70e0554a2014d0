/** Options that commands share, and parsers of option values; commander turns their complaints into usage errors. */

import { InvalidArgumentError, Option } from 'commander';
import { parseByteSize, parseCount } from '../../core/sizes/sizes.ts';
import type { Tolerance } from '../../models/check/tolerance.ts';
import { DEFAULT_OPTIMIZE, HUFFMAN_TIMES, OPTIMIZE_GOALS } from '../../targets/c/optimize.ts';
import { RECURRENT_CHOICES } from '../actions/convert/recurrent-choice.ts';

/** What C without an interpreter is to be best at, where its memory is told. */
export function optimizeOption(): Option {
  return new Option(
    '--optimize <goal>',
    `of standalone-c: what it is to be best at, as in "tinyml export-c" (default: ${DEFAULT_OPTIMIZE})`,
  ).choices(OPTIMIZE_GOALS);
}

/** When C without an interpreter decodes weights, where its memory is told. */
export function huffmanOption(): Option {
  return new Option(
    '--huffman <when>',
    'of standalone-c: when it decodes weights that are Huffman codes, as in "tinyml export-c" (default: there are none)',
  ).choices(HUFFMAN_TIMES);
}

/** Of commands whose report has a form for pages of GitHub. */
export function markdownOption(): Option {
  return new Option('--markdown', 'print the report as GitHub-flavoured Markdown');
}

/** Any finite number. */
export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

/** A number that is not negative. */
export function parseError(text: string): number {
  const value = parseNumber(text);
  if (value < 0) throw new InvalidArgumentError('It must not be negative.');
  return value;
}

/** A number above 0. */
export function parsePositive(text: string): number {
  const value = parseNumber(text);
  if (value <= 0) throw new InvalidArgumentError('It must be above 0.');
  return value;
}

/** A whole number that a double holds exactly. */
export function parseInteger(text: string): number {
  const value = parseNumber(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

/** A whole number above 0. */
export function parseRows(text: string): number {
  const value = parseInteger(text);
  if (value < 1) throw new InvalidArgumentError('It must be above 0.');
  return value;
}

/** From 2 to 255: parts of a cross-validation. */
export function parseFolds(text: string): number {
  const value = parseInteger(text);
  if (value < 2 || value > 255) throw new InvalidArgumentError('It must be from 2 to 255.');
  return value;
}

/** A whole number that is not negative. */
export function parseSeed(text: string): number {
  const value = parseInteger(text);
  if (value < 0) throw new InvalidArgumentError('It must not be negative.');
  return value;
}

/** A port that programs may ask for. */
export function parsePort(text: string): number {
  const value = parseInteger(text);
  if (value < 1 || value > 65535) throw new InvalidArgumentError('It must be a port, from 1 to 65535.');
  return value;
}

/** `256k`, `4096`: bytes, k is 1024. */
export function parseBytesOption(text: string): number {
  const value = parseByteSize(text);
  if (value === undefined) {
    throw new InvalidArgumentError('It must be a whole number of bytes, such as 4096, 64k or 1.5M.');
  }
  return value;
}

/** `5M`, `4096`: a number of things, k is 1000. */
export function parseCountOption(text: string): number {
  const value = parseCount(text);
  if (value === undefined)
    throw new InvalidArgumentError('It must be a whole number, such as 4096, 500k or 5M.');
  return value;
}

/** `64M`: cycles in a second. */
export function parseClock(text: string): number {
  const value = parseCountOption(text);
  if (value === 0) throw new InvalidArgumentError('It must be above 0.');
  return value;
}

/** `2%` of the baseline's figures, or `1k`: so many bytes, or MACs. */
export function parseTolerance(text: string): Tolerance {
  const [, percent] = /^(\d{1,3}(?:\.\d{1,6})?)%$/.exec(text) ?? [];
  if (percent !== undefined && Number(percent) <= 100) return { kind: 'relative', percent: Number(percent) };
  const [bytes, count] = [parseByteSize(text), parseCount(text)];
  if (bytes === undefined || count === undefined) {
    throw new InvalidArgumentError('It must be from 0% to 100%, or a whole number such as 256 or 1k.');
  }
  return { kind: 'absolute', bytes, count };
}

/** From 0 to 1. */
export function parseShare(text: string): number {
  const value = parseNumber(text);
  if (value < 0 || value > 1) throw new InvalidArgumentError('It must be a share, from 0 to 1.');
  return value;
}

/** `yes, no`: names separated by commas. */
export function parseNames(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

/** For samples of one number each, that may be given several times. */
export function collectNumbers(text: string, before: readonly number[] = []): readonly number[] {
  if (/[,;\s]/.test(text.trim())) {
    throw new InvalidArgumentError(
      'It must be one number; samples of several values are rows of a file for --input.',
    );
  }
  return [...before, parseNumber(text)];
}

/** For options that may be given several times: the names so far, and this one. */
export function collectNames(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name];
}

/** How recurrent layers are computed. */
export function recurrentOption(): Option {
  return new Option(
    '--recurrent <form>',
    'layers of LSTM as one operator each, or unrolled: the same operators for every step, which every library computes alike (default: what takes fewer bytes and the library computes); or step: one time step at an Invoke, with states that recurrent layers keep, or step-io, with states that are inputs and outputs',
  ).choices(RECURRENT_CHOICES);
}
