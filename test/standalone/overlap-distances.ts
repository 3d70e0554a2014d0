/** C that puts an output at every distance from its input and says where its bytes are the same. */

import { alignUp } from '../../src/core/alignment.ts';
import { bytesOf, type TensorData, tensorBytes } from '../../src/core/tensor.ts';
import { createInterpreter } from '../../src/interpreter/interpreter.ts';
import { getValue, type ValueId } from '../../src/ir/graph.ts';
import { C_TYPES } from '../../src/targets/c/c-code.ts';
import type { Emission, Places } from '../../src/targets/c/emitter.ts';
import { compileProgram, type Program } from '../../src/targets/c/program.ts';
import { commonCode } from '../../src/targets/c/source-code.ts';
import type { ProgramRun } from '../cross/compile.ts';
import type { StandaloneCase } from './run-standalone.ts';

/** The planner places words. */
const WORD = 4;

/** One operator, and the input over which its output is put. */
interface Subject {
  readonly name: string;
  readonly program: Program;
  readonly input: number;
  readonly record: readonly TensorData[];
  readonly expected: TensorData;
}

/** What a distance gave. */
export interface Tried {
  readonly name: string;
  /** Where the output begins, less where the input begins. */
  readonly distance: number;
  readonly isAllowed: boolean;
  readonly isEqual: boolean;
}

function subjectsOf({ name, graph, record }: StandaloneCase): Subject[] {
  const program = compileProgram(graph);
  const [step] = program.steps;
  const [expected] = createInterpreter(graph, { kernels: 'plain' }).invoke(record);
  return (step.emission.overlaps ?? []).map(({ input }) => ({
    name: `${name}, input ${input}`,
    program,
    input,
    record,
    expected: expected.slice() as TensorData,
  }));
}

function allowance(
  { inPlace, overlaps }: Emission,
  input: number,
  distance: number,
  inputBytes: number,
  outputBytes: number,
) {
  const own = overlaps?.find((overlap) => overlap.input === input);
  const apart = distance >= inputBytes || distance <= -outputBytes;
  const forwards = own?.before !== undefined && distance <= -own.before;
  const behind = own?.behind !== undefined && distance >= own.behind;
  const inItsPlace = distance === 0 && inPlace?.includes(input) === true;
  return {
    isAllowed: apart || forwards || behind || inItsPlace,
    backwards: behind && !apart && !forwards && !inItsPlace,
  };
}

function array(name: string, data: TensorData): string {
  return `static const unsigned char ${name}[] __attribute__((aligned(8))) = {${Array.from(bytesOf(data)).join(',')}};\n`;
}

function bytesAt({ program: { graph } }: Subject, id: ValueId): number {
  return tensorBytes(getValue(graph, id).type);
}

/** Every distance at which they touch, and one beyond on either side. */
function distancesOf(subject: Subject): number[] {
  const { node } = subject.program.steps[0];
  const first = -alignUp(bytesAt(subject, node.outputs[0]), WORD);
  const end = alignUp(bytesAt(subject, node.inputs[subject.input] as ValueId), WORD);
  return Array.from({ length: (end - first) / WORD + 1 }, (_, at) => first + at * WORD);
}

function subjectCode(subject: Subject, index: number, which: Distances): { constants: string; code: string } {
  const { program, input, record, expected } = subject;
  const { graph, constants, steps } = program;
  const [{ node, label, emission }] = steps;
  const outputBytes = bytesAt(subject, node.outputs[0]);
  const inputBytes = bytesAt(subject, node.inputs[input] as ValueId);
  const typeOf = (id: ValueId): string => C_TYPES[getValue(graph, id).type.dtype];
  const placesFor = (backwards: boolean): Places => ({
    input(position) {
      const id = node.inputs[position] as ValueId;
      const { data } = getValue(graph, id);
      if (data !== undefined) return constants.add(`${label}_input${position}`, data);
      const from = position === input ? 'memory + from' : `in_${index}_${graph.inputs.indexOf(id)}`;
      return `(const ${typeOf(id)} *)(const void *)(${from})`;
    },
    output: () => `(${typeOf(node.outputs[0])} *)(void *)(memory + to)`,
    state: () => '',
    weights: (weights) => (weights.are === 'plain' ? weights.name : ''),
    scratch: '(int8_t *)scratch',
    isThere: () => false,
    backwards,
  });
  const distances = distancesOf(subject);
  const start = outputBytes + WORD * WORD;
  const calls = distances.flatMap((distance) => {
    const { isAllowed, backwards } = allowance(emission, input, distance, inputBytes, outputBytes);
    if (!isAllowed && which === 'allowed') return [];
    return [`  try_${index}(${distance}, ${backwards ? 1 : 0}, ${isAllowed ? 1 : 0});\n`];
  });
  const statements = (backwards: boolean): string => emission.call(placesFor(backwards));
  const moved = graph.inputs.indexOf(node.inputs[input] as ValueId);
  const code = `${record.map((data, at) => array(`in_${index}_${at}`, data)).join('')}${array(`expected_${index}`, expected)}
static void try_${index}(int distance, int backwards, int allowed)
{
  static int64_t room[${Math.ceil((start * 2 + inputBytes + outputBytes) / 8) + 8}];
  static int64_t scratch[${Math.ceil((emission.scratchBytes ?? 0) / 8) + 1}];
  int8_t *memory = (int8_t *)room;
  const int from = ${alignUp(start, 8)};
  const int to = from + distance;
  memcpy(memory + from, in_${index}_${moved}, sizeof in_${index}_${moved});
  (void)scratch;
  if (backwards) {
${statements(true)}
  } else {
${statements(false)}
  }
  printf("${index} %d %d %d\\n", distance, allowed, memcmp(memory + to, expected_${index}, sizeof expected_${index}) == 0);
}
static void all_${index}(void)
{
${calls.join('')}}
`;
  return { constants: constants.text(), code };
}

/** Those that are not allowed copy bytes over themselves, which sanitizers do not run. */
type Distances = 'all' | 'allowed';

/** Of every overlap that the operators of these cases offer, every distance. */
export function tryDistances(
  cases: readonly StandaloneCase[],
  which: Distances,
  run: (sources: Readonly<Record<string, string>>) => ProgramRun,
): Tried[] {
  const subjects = cases.flatMap(subjectsOf);
  const parts = subjects.map((subject, index) => {
    const { constants, code } = subjectCode(subject, index, which);
    return `${constants}${code}`.replace(/\blayer(\d+)/g, `g${index}_layer$1`);
  });
  const main = `int main(void)\n{\n${subjects.map((_, index) => `  all_${index}();\n`).join('')}  return 0;\n}\n`;
  const common = commonCode(subjects.map(({ program }) => program));
  const { stdout, stderr } = run({ 'main.c': `#include <stdio.h>\n${common}${parts.join('')}${main}` });
  if (stderr !== '') throw new Error(stderr);
  return stdout
    .trim()
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const [index, distance, allowed, equal] = line.split(' ').map(Number);
      return { name: subjects[index].name, distance, isAllowed: allowed === 1, isEqual: equal === 1 };
    });
}
