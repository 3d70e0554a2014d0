/** Options of single sections on the command line of the benchmark, each with a number. */

export const NUMBER_OPTIONS = ['--seed', '--only', '--count', '--minutes'] as const;

export function isNumberOption(argument: string | undefined): boolean {
  return NUMBER_OPTIONS.some((name) => name === argument);
}

/** The number given with an option, undefined where there is none. */
export function option(name: (typeof NUMBER_OPTIONS)[number]): number | undefined {
  const at = process.argv.indexOf(name);
  if (at < 0) return undefined;
  const value = Number(process.argv[at + 1]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} takes a whole number.`);
  return value;
}
