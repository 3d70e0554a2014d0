/**
 * Structured pruning: whole channels of convolutions and units of Dense leave the model, so that it has fewer MACs, weights
 * and activations on any chip. Those go that matter least for what they save, some at a time, with training in between.
 */

import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import { formatCount } from '../../core/figure-text.ts';
import { bigCount, byteSize } from '../../core/sizes/size-schemas.ts';
import type { Graph } from '../../ir/graph.ts';
import { channelSets } from '../../passes/channels/channel-sets.ts';
import { labelObjective } from '../graph/label-objective.ts';
import { withOwnConstants } from '../graph/learned-constants.ts';
import {
  COST_NAMES,
  type CostLimits,
  exceeded,
  leastGraph,
  removeUntil,
  withoutIdle,
} from './channels/choose-channels.ts';
import { channelImportance } from './channels/importance.ts';
import type { Compressed, Cost, Method, Workshop } from './method.ts';
import { tune, tuningFields } from './tune.ts';

const LIMIT_ERROR = 'must be a share of what the model has, such as 0.5, or a size, such as "64k"';

/** A number below 1 is a share. */
function shareOr<Size extends z.ZodType<number>>(size: Size) {
  return z.union([z.number().gt(0).lt(1), size], { error: LIMIT_ERROR }).optional();
}

const schema = z
  .strictObject({
    method: z.literal('prune-channels').describe('Channels and units leave the model.'),
    macs: shareOr(bigCount()).describe(
      'The most multiply-accumulates: a share of what there are, or a number.',
    ),
    parameters: shareOr(bigCount()).describe('The most parameters: a share of what there are, or a number.'),
    ram: shareOr(byteSize()).describe('The largest arena: a share of what it is, or a size.'),
    flash: shareOr(byteSize()).describe('The largest model file: a share of what it is, or a size.'),
    rounds: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe(
        'In how many steps channels go, with an epoch of training behind each but the last, which has the others.',
      ),
    epochs: tuningFields.epochs.describe(
      'How often training goes through all samples, in all rounds together.',
    ),
    learningRate: tuningFields.learningRate.describe(
      "Of that training; the project's where absent: what is left has much to learn again.",
    ),
  })
  .refine(
    ({ macs, parameters, ram, flash }) => [macs, parameters, ram, flash].some((limit) => limit !== undefined),
    {
      error: 'it needs a limit, such as "macs": 0.5, of "macs", "parameters", "ram" or "flash"',
      path: ['macs'],
    },
  );

type Options = z.output<typeof schema>;

/** What users call the figures. */
const NAMES = {
  macs: 'macs',
  parameters: 'parameters',
  arenaBytes: 'ram',
  fileBytes: 'flash',
} as const satisfies Readonly<Record<keyof Cost, keyof Options>>;

function limitsOf(options: Options, before: Cost): CostLimits {
  const limits: { -readonly [Name in keyof Cost]?: number } = {};
  for (const name of COST_NAMES) {
    const limit = options[NAMES[name]];
    if (limit !== undefined) limits[name] = limit > 0 && limit < 1 ? Math.floor(limit * before[name]) : limit;
  }
  return limits;
}

/** Of one of several rounds: each takes the same share of what is there. */
function limitsOfRound(before: Cost, limits: CostLimits, share: number): CostLimits {
  const between = (name: keyof Cost, limit: number): number =>
    before[name] <= limit ? limit : Math.floor(before[name] * (limit / before[name]) ** share);
  return Object.fromEntries(
    COST_NAMES.flatMap((name) => {
      const limit = limits[name];
      return limit === undefined ? [] : [[name, share === 1 ? limit : between(name, limit)]];
    }),
  );
}

function figureText(cost: Cost): string {
  return COST_NAMES.map((name) => `${NAMES[name]} ${formatCount(cost[name])}`).join(', ');
}

/** Throws `out-of-reach` (usage), with the least that there is. */
function requireReachable(graph: Graph, limits: CostLimits, costOf: Workshop['cost']): void {
  const sets = channelSets(graph);
  const least = costOf(leastGraph(graph, sets));
  const names = exceeded(least, limits);
  if (names.length === 0) return;
  const figures = names.map((name) => {
    const [made, asked] = [least[name], limits[name]].map((value) => formatCount(value ?? 0));
    return `${NAMES[name]} ${made}, where at most ${asked} was asked for`;
  });
  const model =
    sets.length === 0
      ? 'No channel can leave the model: it has'
      : 'With one channel in every layer the model still has';
  throw usageError(
    'out-of-reach',
    `${model} ${figures.join(', and ')}`,
    'Ask for no less than that, or start from another architecture.',
  );
}

function importanceOf(graph: Graph, model: Compressed, { recipe, train, seed }: Workshop) {
  const sets = channelSets(graph);
  const objective = model.objective?.(graph) ?? labelObjective(graph, recipe.loss);
  return { sets, importance: channelImportance(graph, sets, objective, train, seed) };
}

/** Without channels that calibration would find constant, so that limits are shares of what a conversion has. */
function liveModel(model: Compressed, workshop: Workshop): Compressed {
  const graph = withOwnConstants(model.graph);
  const { sets, importance } = importanceOf(graph, model, workshop);
  return { ...model, graph: withoutIdle(graph, sets, importance) };
}

function prunedOnce(model: Compressed, limits: CostLimits, workshop: Workshop): Graph {
  const graph = withOwnConstants(model.graph);
  const { sets, importance } = importanceOf(graph, model, workshop);
  const pruned = removeUntil(graph, sets, importance, limits, workshop.cost);
  if (pruned === undefined) throw new Error('a budget that was within reach is not any more');
  return pruned;
}

export const pruneChannelsMethod: Method<Options> & { readonly schema: typeof schema } = {
  schema,
  reshapes: true,
  async run(model, options, workshop) {
    const live = liveModel(model, workshop);
    const before = workshop.cost(live.graph);
    const limits = limitsOf(options, before);
    requireReachable(live.graph, limits, workshop.cost);
    const { learningRate = workshop.recipe.learningRate } = options;
    const rounds = Math.min(options.rounds, options.epochs);
    let pruned = live;
    for (let round = 1; round <= rounds && !workshop.signal.aborted; round++) {
      const graph = prunedOnce(pruned, limitsOfRound(before, limits, round / rounds), workshop);
      const epochs = round < rounds ? 1 : options.epochs - (rounds - 1);
      pruned = await tune({ ...pruned, graph }, workshop, { ...options, epochs, learningRate });
    }
    workshop.report.info(`${figureText(before)} are now ${figureText(workshop.cost(pruned.graph))}.`);
    return pruned;
  },
};
