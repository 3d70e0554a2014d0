/** Many graphs in one C program: compiled once, each compared with what its records are to give, byte by byte. */

import { bytesOf, type TensorData, tensorBytes } from '../../src/core/tensor.ts';
import { type Graph, getValue } from '../../src/ir/graph.ts';
import { headerCode } from '../../src/targets/c/header-code.ts';
import type { ProgramOptions } from '../../src/targets/c/optimize.ts';
import { compileProgram, type Program } from '../../src/targets/c/program.ts';
import { commonCode, modelCode } from '../../src/targets/c/source-code.ts';
import { standaloneNames } from '../../src/targets/c/standalone-names.ts';
import { hasState } from '../../src/targets/c/state-code.ts';
import type { ProgramRun } from '../cross/compile.ts';

const ALIGNED = '__attribute__((aligned(8)))';

/** Longer ones than a compiler of C99 has to take. */
const LONG_STRINGS = '#pragma GCC diagnostic ignored "-Woverlength-strings"\n';

/** Of what a sanitizer says, in characters. */
const MOST_WORDS = 1000;

/** One inference. */
export interface Inference {
  readonly inputs: readonly TensorData[];
  readonly expected: readonly TensorData[];
  /** States are made new before it, too. The first inference always begins from a reset. */
  readonly resets?: boolean;
}

export interface Comparison {
  readonly graph: Graph;
  readonly inferences: readonly Inference[];
}

/** What became of one graph. */
export interface Verdict {
  /** Bytes of outputs that were compared, and those that differ. */
  readonly compared: number;
  readonly differing: number;
  /** What differs first, or why there was no result; empty where all is equal. */
  readonly first: string;
}

/** As a string of C, which a compiler reads in a tenth of the time that numbers take. */
function bytesText(data: TensorData): string {
  return Array.from(bytesOf(data), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

interface ByteArray {
  readonly name: string;
  readonly length: number;
}

/** Arrays of bytes, each of them once: many graphs take the same elements. */
class ByteArrays {
  readonly #arrays = new Map<string, ByteArray>();

  /** The name of the array that has the bytes of `data`. */
  nameOf(data: TensorData): string {
    const text = bytesText(data);
    const name = `bytes_${this.#arrays.size}`;
    const array = this.#arrays.get(text) ?? { name, length: bytesOf(data).length };
    this.#arrays.set(text, array);
    return array.name;
  }

  text(): string {
    const arrays = [...this.#arrays].map(
      ([text, { name, length }]) => `static const unsigned char ${name}[${length}] ${ALIGNED} = "${text}";\n`,
    );
    return `${LONG_STRINGS}${arrays.join('')}`;
  }
}

/** A function that runs one graph in memory of exactly the sizes that it asks for. */
function runnerCode(
  { graph, inferences }: Comparison,
  program: Program,
  index: number,
  bytes: ByteArrays,
): string {
  const name = `model_${index}`;
  const macro = name.toUpperCase();
  const stateful = hasState(program);
  const arrays: string[] = [];
  const lines: string[] = [];
  const outputs = graph.outputs.map((_, output) => `(void *)out_${index}_${output}`);
  for (const [output, id] of graph.outputs.entries()) {
    arrays.push(
      `static unsigned char out_${index}_${output}[${tensorBytes(getValue(graph, id).type)}] ${ALIGNED};`,
    );
  }
  if (stateful) arrays.push(`static struct ${name}_state state_${index};`);
  for (const [record, { inputs, expected, resets }] of inferences.entries()) {
    const inputNames = inputs.map((data) => `(const void *)${bytes.nameOf(data)}`);
    const args = [...(stateful ? [`&state_${index}`] : []), ...inputNames, ...outputs].join(', ');
    if (stateful && (resets || record === 0)) lines.push(`${name}_reset(&state_${index});`);
    lines.push(
      `if (${name}_invoke_in(buffer, ${macro}_BUFFER_BYTES, ${args}) != ${macro}_OK) { refuse(${index}); return; }`,
    );
    for (const [output, data] of expected.entries()) {
      const expected = bytes.nameOf(data);
      lines.push(
        `compare(${index}, ${record}, ${output}, out_${index}_${output}, ${expected}, sizeof ${expected});`,
      );
    }
  }
  return `${arrays.join('\n')}
static void run_${index}(void)
{
  static uint32_t memory[${macro}_BUFFER_BYTES / 4 + 1];
  uint32_t *buffer = memory;
  memory[${macro}_BUFFER_BYTES / 4] = 0xdeadbeefu;
  begin(${index});
  ${lines.join('\n  ')}
  end(${index}, memory[${macro}_BUFFER_BYTES / 4] == 0xdeadbeefu);
}
`;
}

const RUNTIME = `#include <stdio.h>
static unsigned long compared, differing;
static int wrong_record, wrong_output;
static unsigned long wrong_byte;
static unsigned is_byte, should_byte;
static void begin(int graph)
{
  fprintf(stderr, "graph %d\\n", graph);
  compared = 0;
  differing = 0;
}
static void refuse(int graph)
{
  printf("%d refused\\n", graph);
}
static void compare(int graph, int record, int output, const unsigned char *is, const unsigned char *should, unsigned long bytes)
{
  unsigned long i;
  (void)graph;
  for (i = 0; i < bytes; i++) {
    if (is[i] != should[i] && differing++ == 0) {
      wrong_record = record;
      wrong_output = output;
      wrong_byte = i;
      is_byte = is[i];
      should_byte = should[i];
    }
  }
  compared += bytes;
}
static void end(int graph, int is_inside)
{
  printf("%d %lu %lu", graph, compared, differing);
  if (!is_inside) printf(" wrote beyond the buffer");
  if (differing > 0) printf(" record %d, output %d, byte %lu: %u instead of %u", wrong_record, wrong_output, wrong_byte, is_byte, should_byte);
  printf("\\n");
  fflush(stdout);
}
`;

/** Sources of a program that prints a line for each graph. */
export function manyGraphs(
  comparisons: readonly Comparison[],
  options: ProgramOptions = {},
): Record<string, string> {
  const parts = comparisons.map(({ graph }, index) => {
    const program = compileProgram(graph, options);
    const names = standaloneNames(graph, `model_${index}`);
    return { program, names };
  });
  // Constants are named for layers, of which every graph has a first one.
  const models = parts.map(({ program, names }, index) => {
    const code = modelCode(program, names).replace(/\b(layer|output|initial)(\d+)/g, `g${index}_$1$2`);
    return `${headerCode(program, names)}\n${code}\n`;
  });
  const bytes = new ByteArrays();
  const runners = comparisons.map((one, index) => runnerCode(one, parts[index].program, index, bytes));
  const runs = comparisons.map((_, index) => `  run_${index}();\n`).join('');
  const common = commonCode(parts.map(({ program }) => program));
  return {
    'models.c': `${common}${models.join('')}${RUNTIME}${bytes.text()}${runners.join('')}int main(void)\n{\n${runs}  return 0;\n}\n`,
  };
}

/** Runs all of them; one that stops the program has a verdict that says so, and those behind it none. */
export function compareMany(
  comparisons: readonly Comparison[],
  run: (sources: Readonly<Record<string, string>>) => ProgramRun,
  options: ProgramOptions = {},
): readonly Verdict[] {
  const { stdout, stderr } = run(manyGraphs(comparisons, options));
  const complaints = new Map<number, string>();
  for (const part of stderr.split(/^graph /m)) {
    const [, graph, complaint] = /^(\d+)\s*(.*)$/s.exec(part) ?? [];
    if (graph !== undefined && complaint !== '')
      complaints.set(Number(graph), complaint.slice(0, MOST_WORDS));
  }
  const verdicts = new Map<number, Verdict>();
  for (const line of stdout.split('\n')) {
    const [, graph, compared, differing, first] = /^(\d+) (\d+) (\d+) ?(.*)$/.exec(line) ?? [];
    if (graph === undefined) continue;
    const complaint = complaints.get(Number(graph)) ?? '';
    const verdict = { compared: Number(compared), differing: Number(differing) };
    verdicts.set(Number(graph), { ...verdict, first: first + complaint });
  }
  return comparisons.map(
    (_, index) =>
      verdicts.get(index) ?? {
        compared: 0,
        differing: 0,
        first: `no result: ${complaints.get(index) ?? stdout.slice(-MOST_WORDS)}`,
      },
  );
}
