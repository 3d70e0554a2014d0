/** What stands against a whole model on one library: the one place that asks it of every operator, and of what is around them. */

import {
  isFlexOperator,
  type ModelOutline,
  type OperatorView,
  operatorViews,
  unsizedTensor,
  wrongEndOf,
} from '../../ir/outline.ts';
import { resourceVariables } from '../../ir/resource-variables.ts';
import type { ArenaTarget } from '../../planner/arena-plan.ts';
import { cmsisNnRefusal, lackingSentence, libraryObjection, type Objection } from './library-limits.ts';
import { hasOperator, type Library } from './operators.ts';

/** Against one operator. */
export interface OperatorObjection extends Objection {
  /**
   * `foreign`: a custom operator, or one of TensorFlow itself. `unsized`: one of its tensors can get no memory. `lacking`:
   * the library has no such builtin. `limit`: it has, and does not run this one as it is meant, or nobody has shown that.
   */
  readonly cause: 'foreign' | 'unsized' | 'lacking' | 'limit';
  readonly view: OperatorView;
  /** Its place among the operators of all subgraphs. */
  readonly index: number;
}

/**
 * Against what no operator is to blame for. `unplanned`: a tensor that can get no memory, where no operator is refused.
 * `ends`: an input that nobody can set, or an output that nothing writes.
 */
export interface ContainerObjection extends Objection {
  readonly cause: 'unplanned' | 'ends';
}

export type ModelObjection = OperatorObjection | ContainerObjection;

type Judgement = Pick<OperatorObjection, 'cause' | keyof Objection>;

function known(cause: OperatorObjection['cause'], sentence: string): Judgement {
  return { cause, sentence, unproven: false };
}

/** What firmware cannot get from any library. */
function foreign({ operator }: OperatorView): Judgement | undefined {
  if (isFlexOperator(operator)) {
    return known(
      'foreign',
      'It is an operator of TensorFlow itself (SELECT_TF_OPS), which no library for microcontrollers has.',
    );
  }
  if (operator.customName === undefined && operator.name !== 'CUSTOM') return undefined;
  return known('foreign', 'It is a custom operator, which firmware must bring itself.');
}

function unsized({ inputs, outputs }: OperatorView): Judgement | undefined {
  const tensor = [...inputs, ...outputs].find((one) => one?.unsized !== undefined);
  if (tensor === undefined) return undefined;
  return known('unsized', `Its tensor ${JSON.stringify(tensor.name)} ${tensor.unsized}.`);
}

/** TensorFlow Lite Micro is what `target` makes of it; the Arduino libraries are builds of their own. */
function limit(library: Library, view: OperatorView, target: ArenaTarget | undefined): Judgement | undefined {
  const objection = libraryObjection(library, view);
  if (objection !== undefined) return { cause: 'limit', ...objection };
  if (library !== 'tflm' || target !== 'cortex-m-cmsis-nn') return undefined;
  const sentence = cmsisNnRefusal(view);
  return sentence === undefined ? undefined : known('limit', sentence);
}

function judgement(
  library: Library,
  view: OperatorView,
  target: ArenaTarget | undefined,
): Judgement | undefined {
  const before = foreign(view) ?? unsized(view);
  if (before !== undefined) return before;
  if (!hasOperator(library, view.operator.name)) return known('lacking', lackingSentence(view.operator.name));
  return limit(library, view, target);
}

/** Chirale's MicroResourceVariables keeps no zero point. */
function zeroedVariables(library: Library, outline: ModelOutline): OperatorObjection[] {
  if (library !== 'chirale') return [];
  const views = operatorViews(outline);
  const { variables } = resourceVariables(outline);
  return variables.flatMap(({ name, assigned, assignedBy, isInitialized }) => {
    const zeroPoint = assigned?.quantization?.zeroPoints[0] ?? 0;
    if (assignedBy === undefined || zeroPoint === 0 || isInitialized) return [];
    const sentence = `The variable ${JSON.stringify(name)} begins with zero point ${zeroPoint}, and the library gives it bytes of 0.`;
    return [{ ...known('limit', sentence), view: views[assignedBy], index: assignedBy }];
  });
}

/** At most one objection to an operator, by their order. */
function inOrder(objections: readonly OperatorObjection[]): readonly OperatorObjection[] {
  const first = new Map<number, OperatorObjection>();
  for (const objection of objections) if (!first.has(objection.index)) first.set(objection.index, objection);
  return [...first.values()].sort((a, b) => a.index - b.index);
}

function container(
  cause: ContainerObjection['cause'],
  sentence: string | undefined,
): readonly ContainerObjection[] {
  return sentence === undefined ? [] : [{ cause, sentence, unproven: false }];
}

/**
 * Everything that is known against the model on `library`, or that nobody has shown: the operators in order, at most one
 * objection each, and then what is around them. None where the library is proven to run the model as it is meant. With a
 * target, TensorFlow Lite Micro is judged as that build of it.
 */
export function modelObjections(
  library: Library,
  outline: ModelOutline,
  target?: ArenaTarget,
): readonly ModelObjection[] {
  const ofOperators = operatorViews(outline).flatMap((view, index): OperatorObjection[] => {
    const found = judgement(library, view, target);
    return found === undefined ? [] : [{ ...found, view, index }];
  });
  return [
    ...inOrder([...ofOperators, ...zeroedVariables(library, outline)]),
    // A tensor that no operator touches gets its memory like the others.
    ...container('unplanned', ofOperators.length === 0 ? unsizedTensor(outline) : undefined),
    ...container('ends', wrongEndOf(outline)),
  ];
}
