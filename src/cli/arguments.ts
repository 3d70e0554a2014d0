/** Parsers of option values; commander turns their complaints into usage errors. */

import { InvalidArgumentError } from 'commander';

export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

export function parseInteger(text: string): number {
  const value = parseNumber(text);
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('It must be a whole number.');
  return value;
}

export function parseSeed(text: string): number {
  const value = parseInteger(text);
  if (value < 0) throw new InvalidArgumentError('It must not be negative.');
  return value;
}

/** For options that may be given several times. */
export function collectNumbers(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, parseNumber(text)];
}

export function collectNames(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name];
}

/** Drops what was not given. */
export function given<T extends Record<string, unknown>>(
  options: T,
): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
