/** Many small programs as one, which is linked and started once. */

import { extname } from 'node:path';
import type { ProgramRun } from './compile.ts';
import type { Sources } from './compiled-objects.ts';

/** A program of its own: what it is compiled of and includes, and the path of the source with `main`. */
export interface SmallProgram {
  readonly files: Sources;
  readonly main: string;
}

const isCompiled = (path: string): boolean => /\.(c|cc|cpp)$/.test(path);

/** All sources of a program in one of each language, behind other names for what all programs define. */
function units({ files, main }: SmallProgram, index: number, defined: readonly string[]): Sources {
  const names = ['main', ...defined].map((name) => `#define ${name} ${name}_${index}\n`).join('');
  const compiled = [...Object.keys(files).filter((path) => isCompiled(path) && path !== main), main];
  return Object.fromEntries(
    [...new Set(compiled.map((path) => extname(path)))].map((language) => {
      const own = compiled.filter((path) => extname(path) === language);
      return [
        `p${index}${language}`,
        names + own.map((path) => `#include "p${index}/${path}.text"\n`).join(''),
      ];
    }),
  );
}

/** Of a program that runs all of them. Texts that are included have names by which nobody compiles them. */
function joined(programs: readonly SmallProgram[], defined: readonly string[]): Sources {
  const sources: Record<string, string> = {};
  for (const [index, program] of programs.entries()) {
    for (const [path, text] of Object.entries(program.files))
      sources[`p${index}/${path}${isCompiled(path) ? '.text' : ''}`] = text;
    Object.assign(sources, units(program, index, defined));
  }
  const calls = programs.map((_, index) => `  end(${index}, main_${index}());\n`);
  const all = `#include <stdio.h>
${programs.map((_, index) => `int main_${index}(void);\n`).join('')}static void end(int program, int code)
{
  printf("\\nend of %d: %d\\n", program, code);
  fflush(stdout);
}
int main(void)
{
${calls.join('')}  return 0;
}
`;
  return { ...sources, [`all${extname(programs[0].main)}`]: all };
}

/**
 * Runs programs of the same `defined` functions and variables behind one another: what each printed, and its exit code; one
 * that did not end has that of all, and those behind it have printed nothing.
 */
export function runJoined(
  programs: readonly SmallProgram[],
  defined: readonly string[],
  run: (sources: Sources) => ProgramRun,
): readonly ProgramRun[] {
  const { stdout, stderr, exitCode } = run(joined(programs, defined));
  let rest = stdout;
  return programs.map((_, index) => {
    const [text, code] = new RegExp(`\\nend of ${index}: (-?\\d+)\\n`).exec(rest) ?? [];
    if (text === undefined) return { stdout: '', stderr: stderr || rest, exitCode: exitCode || -1 };
    const end = rest.indexOf(text);
    const own = { stdout: rest.slice(0, end), stderr, exitCode: Number(code) };
    rest = rest.slice(end + text.length);
    return own;
  });
}
