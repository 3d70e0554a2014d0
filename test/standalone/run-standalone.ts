/** Compiles the C of a graph, runs it on records, and gives the outputs as bytes: here, and on an emulated Cortex-M4. */

import { bytesOf, type TensorData, tensorBytes } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { headerCode } from '../../src/targets/c/header-code.ts';
import type { ProgramOptions } from '../../src/targets/c/optimize.ts';
import { compileProgram, type Program } from '../../src/targets/c/program.ts';
import { sourceCode } from '../../src/targets/c/source-code.ts';
import { standaloneNames } from '../../src/targets/c/standalone-names.ts';
import { hasState } from '../../src/targets/c/state-code.ts';
import type { ProgramRun } from '../cross/compile.ts';
import { joinGraphs } from './joined-graph.ts';

/** The sources of a program, by path. */
export function sourcesOf(program: Program): Record<string, string> {
  const names = standaloneNames(program.graph, 'model');
  return { 'model.h': headerCode(program, names), 'model.c': sourceCode(program, names) };
}

/** Compiles and runs sources. */
type Run = (sources: Readonly<Record<string, string>>) => ProgramRun;

/** One record: the elements of each input. */
export type StandaloneRecord = readonly TensorData[];

function byteArrays(name: string, values: readonly TensorData[]): string {
  return values
    .map(
      (value, index) =>
        `static const unsigned char ${name}_${index}[] __attribute__((aligned(8))) = {${Array.from(bytesOf(value)).join(',')}};\n`,
    )
    .join('');
}

/**
 * A program that runs the records one after another in a buffer of exactly the size that the header names, and compares
 * every byte of every output with what is expected: `ok`, or what differs.
 */
export function comparison(
  program: Program,
  records: readonly StandaloneRecord[],
  expected: readonly (readonly TensorData[])[],
): string {
  const { graph } = program;
  const stateful = hasState(program);
  const checks = records.map((record, index) => {
    const inputs = record.map((_, i) => `(const void *)in${index}_${i}`);
    const outputs = graph.outputs.map((_, i) => `(void *)out_${i}`);
    const args = [...(stateful ? ['&state'] : []), ...inputs, ...outputs].join(', ');
    const compares = graph.outputs
      .map(
        (_, i) => `  check(${index}, ${i}, out_${i}, expected${index}_${i}, sizeof expected${index}_${i});\n`,
      )
      .join('');
    return `  if (model_invoke_in(buffer, MODEL_BUFFER_BYTES, ${args}) != MODEL_OK) { puts("refused"); return 1; }\n${compares}`;
  });
  const outputs = graph.outputs
    .map(
      (id, i) =>
        `static unsigned char out_${i}[${tensorBytes(getValue(graph, id).type)}] __attribute__((aligned(8)));\n`,
    )
    .join('');
  return `#include "model.h"
#include <stdio.h>
#include <string.h>
${records.map((record, index) => byteArrays(`in${index}`, record)).join('')}${expected.map((values, index) => byteArrays(`expected${index}`, values)).join('')}${outputs}
static uint32_t buffer[MODEL_BUFFER_BYTES / 4 + 1];
static int wrong;
static void check(int record, int output, const unsigned char *is, const unsigned char *should, unsigned long bytes)
{
  unsigned long i;
  for (i = 0; i < bytes; i++) {
    if (is[i] != should[i]) {
      if (!wrong) printf("record %d, output %d, byte %lu: %d instead of %d\\n", record, output, i, is[i], should[i]);
      wrong = 1;
      return;
    }
  }
}
int main(void)
{
${stateful ? '  static struct model_state state;\n  model_reset(&state);\n' : ''}  buffer[MODEL_BUFFER_BYTES / 4] = 0xdeadbeefu;
${checks.join('')}  if (buffer[MODEL_BUFFER_BYTES / 4] != 0xdeadbeefu) { puts("wrote beyond the buffer"); return 1; }
  if (!wrong) puts("ok");
  return wrong;
}
`;
}

/** What the compiled C of a graph makes of records, against the interpreter: `ok`, or the first difference. */
export function compareWithInterpreter(
  graph: Graph,
  records: readonly StandaloneRecord[],
  run: Run,
  options: ProgramOptions = {},
): string {
  const interpreter = createInterpreter(graph, { kernels: 'plain' });
  const expected = records.map((record) =>
    interpreter.invoke(record).map((data) => data.slice() as TensorData),
  );
  const program = compileProgram(graph, options);
  const { stdout, stderr } = run({ ...sourcesOf(program), 'main.c': comparison(program, records, expected) });
  return `${stdout}${stderr}`.trim();
}

/** A graph and one record, under a name that finds it again. */
export interface StandaloneCase {
  readonly name: string;
  readonly graph: Graph;
  readonly record: StandaloneRecord;
}

/** Many graphs compiled as one program: `ok`, or the first difference and whose it is. */
export function compareTogether(
  cases: readonly StandaloneCase[],
  run: Run,
  options: ProgramOptions = {},
): string {
  const outcome = compareWithInterpreter(
    joinGraphs(cases.map(({ graph }) => graph)),
    [cases.flatMap(({ record }) => record)],
    run,
    options,
  );
  const owners = cases.flatMap(({ name, graph }) => graph.outputs.map(() => name));
  return outcome.replace(/record 0, output (\d+)/, (_, output) => owners[Number(output)]);
}
