/** All that a training step of a graph computes, planned from plain data: every thread that plans it finds the same addresses. */

import type { Graph, ValueId } from '../../ir/graph.ts';
import { planUpdate } from '../compiled/optimizers.ts';
import type { Courses } from '../compiled/training-plan.ts';
import { type CompiledGraph, compileGraph } from './compile-graph.ts';
import type { GraphRecipe } from './graph-job.ts';
import { FLOAT_NUMERICS, type Numerics, type NumericsSource } from './numerics.ts';
import { IntegerNumerics } from './quantized/integer-numerics.ts';

/** What decides the plan. */
export interface PlannedGraph {
  /** Every constant has one owner. */
  readonly graph: Graph;
  readonly observes: readonly ValueId[];
  readonly recipe: GraphRecipe;
  readonly numerics: NumericsSource;
}

export interface GraphPlan {
  readonly compiled: CompiledGraph;
  readonly courses: Courses;
}

function numericsOf(source: NumericsSource): Numerics {
  return source === 'float32' ? FLOAT_NUMERICS : new IntegerNumerics(source.float, source.choices);
}

/** For batches of at most `rows` samples, with numerics of its own where none are given. */
export function planGraph(
  { graph, observes, recipe, numerics: source }: PlannedGraph,
  rows: number,
  numerics: Numerics = numericsOf(source),
): GraphPlan {
  const compiled = compileGraph(graph, rows, observes, numerics);
  const { plan, parameters } = compiled;
  const update = planUpdate(plan, parameters, recipe);
  return { compiled, courses: { forward: plan.forward, backward: plan.backward, update } };
}
