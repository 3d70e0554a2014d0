/** Low rank: layers become two or three that do nearly the same with fewer weights, and learn on from there. */

import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import { formatCount } from '../../core/figure-text.ts';
import { elementCount } from '../../core/tensor.ts';
import { checkGraph } from '../../ir/check-graph.ts';
import type { Graph } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import { Rewrite } from '../../ir/rewrite.ts';
import { type Choice, chooseForms, type Goal } from './low-rank/choose-forms.ts';
import { formsOf, type LayerForms } from './low-rank/forms.ts';
import { patchMoments } from './low-rank/patch-moments.ts';
import { lostVariance, replaceLayer } from './low-rank/replace-layer.ts';
import { type Cost, windowLayers } from './low-rank/window-layer.ts';
import type { Method, Workshop } from './method.ts';
import { tune, tuningFields } from './tune.ts';

/** What a layer's outputs keep of their variance where nothing else is asked. */
const DEFAULT_ENERGY = 0.95;

const share = z.number().gt(0).lt(1).optional();

const schema = z
  .strictObject({
    method: z
      .literal('low-rank')
      .describe('Layers become two or three with fewer weights: a singular value or Tucker decomposition.'),
    energy: share.describe(
      `The share of the variance of its outputs that each layer keeps; ${DEFAULT_ENERGY} where nothing is said of what to reach.`,
    ),
    rank: share.describe('Instead: the share of its multiply-accumulates that each layer keeps at most.'),
    macs: share.describe(
      'Instead: the share of its multiply-accumulates that the model keeps at most; layers that lose least give most.',
    ),
    parameters: share.describe('Instead: the same for its weights.'),
    ...tuningFields,
  })
  .refine(
    ({ energy, rank, macs, parameters }) =>
      [energy, rank, macs, parameters].filter((goal) => goal !== undefined).length <= 1,
    { error: 'it takes one of "energy", "rank", "macs" and "parameters"', path: ['energy'] },
  );

type Options = z.output<typeof schema>;

function goalOf(options: Options): Goal {
  for (const by of ['rank', 'macs', 'parameters'] as const) {
    const asked = options[by];
    if (asked !== undefined) return { by, share: asked };
  }
  return { by: 'energy', share: options.energy ?? DEFAULT_ENERGY };
}

function costOfAll(graph: Graph): Cost {
  const constants = [...graph.values.values()].filter(({ data }) => data !== undefined);
  return {
    macs: graphCost(graph).macs,
    parameters: constants.reduce((sum, { type }) => sum + elementCount(type.shape), 0),
  };
}

function refuseAll(layers: readonly LayerForms[], choices: readonly Choice[]): void {
  const reasons = choices.flatMap((choice, index) =>
    'stays' in choice ? [`"${layers[index].layer.node.name}": ${choice.stays}`] : [],
  );
  if (reasons.length < layers.length) return;
  throw usageError(
    'low-rank-does-not-pay',
    layers.length === 0
      ? 'No layer can be of low rank: the model has no fully connected layer and no convolution with finite weights of its own'
      : `No layer would be smaller in low rank: ${reasons.join('; ')}`,
    'Ask for less of "energy" or "rank", or leave "low-rank" out of the list.',
  );
}

/** Throws usage errors where no layer pays. */
function lowered(graph: Graph, options: Options, { train, seed, report }: Workshop): Graph {
  const layers = windowLayers(graph);
  const moments = patchMoments(graph, layers, train.x, seed);
  const forms = layers.map((layer, index) => formsOf(layer, moments[index]));
  const choices = chooseForms(forms, goalOf(options), costOfAll(graph));
  refuseAll(forms, choices);
  const rewrite = new Rewrite(graph);
  for (const [index, choice] of choices.entries()) {
    const { layer, own } = forms[index];
    if ('stays' in choice) {
      report.info(`"${layer.node.name}" stays: ${choice.stays}`);
      continue;
    }
    const operators = choice.form.operators();
    const kept = 100 * (1 - lostVariance(layer, operators, moments[index]));
    report.info(
      `"${layer.node.name}": ${choice.form.ranks}, ${formatCount(own.macs)} → ${formatCount(choice.form.macs)} multiply-accumulates, ${kept.toFixed(1)} % of the variance kept`,
    );
    replaceLayer(rewrite, layer, operators, moments[index]);
  }
  const result = rewrite.graph();
  checkGraph(result);
  return result;
}

export const lowRankMethod: Method<Options> & { readonly schema: typeof schema } = {
  schema,
  reshapes: true,
  async run(model, options, workshop) {
    const graph = lowered(model.graph, options, workshop);
    return tune({ ...model, graph }, workshop, { ...options, mayStay: true });
  },
};
