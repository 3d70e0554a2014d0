/** Names that generated C may begin with. */

import { usageError } from '../../core/errors.ts';
import { inOrder } from '../../targets/c/c-code.ts';
import type { Program } from '../../targets/c/program.ts';
import type { StandaloneNames } from '../../targets/c/standalone-names.ts';
import { checkCIdentifier } from '../../targets/c-array/c-identifier.ts';

/**
 * Headers that programs include without a folder in front, with the folder of `NAME.h` among those that are searched; the
 * source of the application; and devices of Windows, which has no files of these names.
 */
const FILES = new Set(
  `main arduino assert ctype errno float inttypes limits locale math setjmp signal stdalign stdarg stdatomic stdbool
  stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype complex fenv iso646 unistd memory
  malloc strings new spi wire con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8
  lpt9`.split(/\s+/),
);

/** `R_OK` and its like are macros of <unistd.h>. */
const MACRO_PREFIXES = new Set(['r', 'w', 'x', 'f']);

function refuse(name: string, why: string): never {
  throw usageError(
    'bad-c-name',
    `The name ${JSON.stringify(name)} ${why}.`,
    'Give another one with --name, for example "model".',
  );
}

/** Throws `bad-c-name` unless files, functions and macros may begin with it. */
export function checkStandaloneName(name: string): void {
  checkCIdentifier(name);
  const small = name.toLowerCase();
  if (FILES.has(small)) refuse(name, `would name a file that programs include or have for another purpose`);
  if (MACRO_PREFIXES.has(small)) refuse(name, 'would give macros that <unistd.h> has');
}

/** Throws `bad-c-name` where the program has something of its own whose name begins so: functions, structs, constants. */
export function checkProgramNames({ steps }: Program, name: string): void {
  const definitions = inOrder(steps.flatMap(({ emission }) => emission.definitions));
  const begins = new RegExp(`\\b${name}_\\w+`);
  const [own] = definitions.flatMap(({ text }) => begins.exec(text)?.[0] ?? []);
  const taken = own ?? steps.find(({ label }) => label === name)?.label;
  if (taken !== undefined) refuse(name, `is what ${taken} of the generated code begins with`);
}

/** Throws `bad-c-name` where a parameter of the model's function is called as one of its functions might be. */
export function checkEndNames({ name, inputs, outputs }: StandaloneNames): void {
  const taken = [...inputs, ...outputs].find(({ variable }) => variable.startsWith(`${name}_`));
  if (taken !== undefined) refuse(name, `is what the parameter ${taken.variable} begins with`);
}

/** Throws `bad-c-name` where the sensor of a project that listens has a file of that name. */
export function checkListeningName(name: string): void {
  if (name.toLowerCase() === 'sensor') refuse(name, 'would name a file that the project has for its sensor');
}
