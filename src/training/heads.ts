/** What is learned at each output of a model. */

import type { MetricName, Recipe } from './recipe.ts';

/** One output. */
export interface Head extends Pick<Recipe, 'loss' | 'metrics' | 'targets'> {
  /** Of the output; absent of a model that has one. */
  readonly name?: string;
  /** Numbers of a target; absent where all of them are this output's. */
  readonly size?: number;
  /** What its loss counts in the sum of all. */
  readonly weight: number;
}

interface HeadedJob {
  readonly heads?: readonly Head[] | undefined;
  readonly recipe: Pick<Recipe, 'loss' | 'metrics' | 'targets'>;
}

/** One for each output of the model, in the order in which a target has their numbers. */
export function headsOf({ heads, recipe }: HeadedJob): readonly Head[] {
  const { loss, metrics, targets } = recipe;
  return heads ?? [{ loss, metrics, weight: 1, ...(targets === undefined ? {} : { targets }) }];
}

/** How records of epochs call a figure of an output. */
export function figureName({ name }: Pick<Head, 'name'>, figure: MetricName | 'loss'): string {
  return name === undefined ? figure : `${name}_${figure}`;
}
