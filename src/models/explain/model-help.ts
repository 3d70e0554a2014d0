/** What a model says about its own errors: its resolver, its arena, its operators one by one. */

import { attempt } from '../../core/errors.ts';
import { formatShape } from '../../core/tensor.ts';
import { readOutline } from '../../formats/tflite/read-outline.ts';
import {
  type ModelOutline,
  type OutlineOperator,
  type OutlineSubgraph,
  type OutlineTensor,
  operatorViews,
} from '../../ir/outline.ts';
import { ARENA_TARGETS, type ArenaTarget } from '../../planner/arena-plan.ts';
import { planArena } from '../../planner/plan-arena.ts';
import { isHybrid } from '../../targets/tflm/limits/hybrid.ts';
import { hasOperator, resolverMethod } from '../../targets/tflm/operators.ts';

/** The least arena for one build of the library. */
export interface ArenaNeed {
  readonly target: ArenaTarget;
  readonly bytes: number;
  /** Operators whose memory is not known: `bytes` is then a lower bound. */
  readonly unknownOperators: readonly string[];
}

/** What a model adds to explanations. */
export interface ModelHelp {
  /** As the user calls it. */
  readonly name: string;
  readonly fileBytes: number;
  readonly subgraphs: number;
  /** Builtin names, each once, in the order of their first use. */
  readonly operators: readonly string[];
  /** Whether custom operators are used besides. */
  readonly hasCustom: boolean;
  /** Operators that the library does not have at all, and those that only the Arduino libraries lack. */
  readonly unknownToTflm: readonly string[];
  readonly unknownToArduino: readonly string[];
  /** C++ that registers the operators. */
  readonly resolverCode: string;
  /** Builds for microcontrollers; empty where no plan of the memory is possible. */
  readonly arenas: readonly ArenaNeed[];
  /** C++ of the arena; absent where its size is not known. */
  readonly arenaCode?: string;
  /** Operators that compute with float activations and integer weights: `CONV_2D (number 3)`. */
  readonly hybrid: readonly string[];
  /** Operator `index` of the first subgraph with the types and shapes of its tensors. */
  describe(index: number): string | undefined;
}

/** The targets that run on a microcontroller. */
const DEVICE_TARGETS = ARENA_TARGETS.filter((target) => target !== 'x86-64');

/** Of any `.tflite` file, also one that no chip runs. */
export function modelHelp(bytes: Uint8Array, name: string): ModelHelp {
  const { outline, fileBytes } = readOutline(bytes);
  const all = outline.subgraphs.flatMap(({ operators }) => operators);
  const operators = [...new Set(all.map((operator) => operator.name))].filter((kind) => kind !== 'CUSTOM');
  const hasCustom = all.some((operator) => operator.name === 'CUSTOM');
  const arenas = arenaNeeds(outline);
  const [main] = outline.subgraphs;
  const help = {
    name,
    fileBytes,
    subgraphs: outline.subgraphs.length,
    operators,
    hasCustom,
    unknownToTflm: operators.filter((kind) => !hasOperator('tflm', kind)),
    unknownToArduino: operators.filter((kind) => hasOperator('tflm', kind) && !hasOperator('chirale', kind)),
    resolverCode: resolverCode(operators, hasCustom),
    arenas,
    hybrid: outline.subgraphs.flatMap(hybridOperators),
    describe: (index: number) => (main === undefined ? undefined : describeOperator(main, index)),
  };
  const code = arenaCode(arenas);
  return code === undefined ? help : { ...help, arenaCode: code };
}

/** None where no plan is possible; everything else can still be said of the model. */
function arenaNeeds(outline: ModelOutline): ArenaNeed[] {
  const needs = attempt(() =>
    DEVICE_TARGETS.map((target) => {
      const { minimumBytes, unknownOperators } = planArena(outline, target);
      return { target, bytes: minimumBytes, unknownOperators };
    }),
  );
  return 'refusal' in needs ? [] : needs.value;
}

function resolverCode(operators: readonly string[], hasCustom: boolean): string {
  const methods = operators.map(resolverMethod).filter((method) => method !== undefined);
  const count = methods.length + (hasCustom ? 1 : 0);
  return [
    `static tflite::MicroMutableOpResolver<${Math.max(count, 1)}> resolver;`,
    ...methods.map((method) => `resolver.${method}();`),
    ...(hasCustom ? ['// and resolver.AddCustom(…) for the custom operator'] : []),
  ].join('\n');
}

/** The largest of all builds holds for each of them. */
function arenaCode(arenas: readonly ArenaNeed[]): string | undefined {
  if (arenas.length === 0 || arenas.some(({ unknownOperators }) => unknownOperators.length > 0))
    return undefined;
  return [
    `constexpr int kTensorArenaSize = ${Math.max(...arenas.map(({ bytes }) => bytes))};`,
    'alignas(16) static uint8_t tensor_arena[kTensorArenaSize];',
  ].join('\n');
}

function tensorsOf({ tensors }: OutlineSubgraph, indices: readonly (number | undefined)[]): OutlineTensor[] {
  return indices
    .map((index) => (index === undefined ? undefined : tensors[index]))
    .filter((tensor) => tensor !== undefined);
}

function describeOperator(subgraph: OutlineSubgraph, index: number): string | undefined {
  const operator: OutlineOperator | undefined = subgraph.operators[index];
  if (operator === undefined) return undefined;
  const list = (indices: readonly (number | undefined)[]): string =>
    tensorsOf(subgraph, indices)
      .map(
        ({ dtype, shape, storage }) =>
          `${dtype} ${formatShape(shape)}${storage === 'constant' ? ' constant' : ''}`,
      )
      .join(', ');
  return `${operator.name}: ${list(operator.inputs)} to ${list(operator.outputs)}`;
}

function hybridOperators(subgraph: OutlineSubgraph): string[] {
  return operatorViews({ subgraphs: [subgraph] }).flatMap((view, index) =>
    isHybrid(view) ? [`${view.operator.name} (number ${index})`] : [],
  );
}
