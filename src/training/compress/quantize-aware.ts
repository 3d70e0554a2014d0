/**
 * Quantization-aware training: the model learns with the very integers that the chip will compute, on the lowered graph, so
 * that folding and fusing are those of the conversion. What comes of it are weights, and the ranges and scales that
 * `quantize` then takes as they are.
 */

import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { findLayer } from '../../ir/find-layer.ts';
import { type Graph, getValue, type ValueId } from '../../ir/graph.ts';
import { isLinear } from '../../passes/linear.ts';
import { runPasses } from '../../passes/pass.ts';
import { preparingPasses } from '../../passes/pipelines.ts';
import { withOwnConstants } from '../graph/learned-constants.ts';
import { logitObjective } from '../graph/logit-objective.ts';
import { IntegerNumerics } from '../graph/quantized/integer-numerics.ts';
import { seenRanges } from '../graph/quantized/seen-ranges.ts';
import { trainGraph } from '../graph/train-graph.ts';
import { keepingConstraints } from './keeps.ts';
import type { Compressed, Method, Workshop } from './method.ts';
import { tuningFields, tuningRate, tuningReport } from './tune.ts';

const schema = z.strictObject({
  method: z.literal('quantize-aware').describe('Training goes on with the integers that the chip computes.'),
  int4: z
    .union([z.literal('all'), z.array(z.string()).min(1)])
    .optional()
    .describe('Layers whose weights get 4 bits, in scales that are learned; "all" for every layer.'),
  ranges: z
    .enum(['moving', 'calibrated', 'learned'])
    .default('moving')
    .describe(
      'Ranges of activations: moving with what training sees in its first half and then frozen, as they were calibrated, or learned (LSQ), beginning with those.',
    ),
  scales: z
    .enum(['largest', 'learned'])
    .default('largest')
    .describe(
      'Scales of 8-bit weights: those of the largest weight, or learned (LSQ), which may cut large ones off.',
    ),
  densePerChannel: z
    .boolean()
    .default(false)
    .describe(
      'One weight scale per unit of Dense layers; older TensorFlow Lite Micro libraries compute it wrongly.',
    ),
  ...tuningFields,
});

type Options = z.output<typeof schema>;

/** Logits need no centre where training finds it; and it would fill zeros that were pruned. */
const PASSES = preparingPasses.filter(({ name }) => name !== 'centre-logits');

/** Samples that the first ranges are calibrated with. */
const CALIBRATED = 500;

/** Outputs of the operators that are asked for. */
function int4Outputs(graph: Graph, int4: Options['int4']): ReadonlySet<ValueId> {
  const linear = graph.nodes.filter(isLinear);
  if (int4 === undefined) return new Set();
  const nodes =
    int4 === 'all' ? linear : int4.flatMap((layer) => findLayer(linear, layer, 'whose weights get 4 bits'));
  return new Set(nodes.map(({ outputs }) => outputs[0]));
}

/** The float32 graph with the weights of its twin. */
function withWeightsOf(graph: Graph, twin: Graph): Graph {
  const values = new Map(graph.values);
  for (const node of graph.nodes.filter(isLinear)) {
    for (const id of node.inputs.slice(1)) if (id !== undefined) values.set(id, getValue(twin, id));
  }
  return { ...graph, values };
}

async function run(model: Compressed, options: Options, workshop: Workshop): Promise<Compressed> {
  const { train, validation, augment, seed, signal, recipe, trainingThreads } = workshop;
  const { epochs, ranges, densePerChannel } = options;
  if ([...model.keeps.values()].includes('clusters')) {
    throw usageError(
      'clusters-round-apart',
      'Weights that "cluster" made few would be rounded apart by the scales of "quantize-aware"',
      'Take one of the two out of "compress".',
    );
  }
  const graph = withOwnConstants(runPasses(model.graph, PASSES));
  const frozenFrom = ranges === 'moving' ? Math.floor(epochs / 2) + 1 : 1;
  const numerics = new IntegerNumerics(graph, {
    ranges: seenRanges(graph, train.x, CALIBRATED),
    densePerChannel,
    learnsScales: options.scales === 'learned',
    int4: int4Outputs(graph, options.int4),
    frozenFrom,
    learnsRanges: ranges === 'learned',
  });
  const { twin } = numerics;
  const objective = model.objective?.(twin) ?? logitObjective(twin, recipe.loss);
  const { graph: trained, extras } = await trainGraph(
    {
      graph: twin,
      recipe: {
        ...recipe,
        epochs,
        learningRate: tuningRate(options, recipe),
        schedule: { type: 'cosine', finalLearningRate: 0 },
      },
      seed,
      train,
      validation,
      augment,
      objective,
      judge: 'objective',
      constraints: keepingConstraints({ graph, keeps: model.keeps }),
      settledFrom: frozenFrom,
    },
    { signal, onEpoch: tuningReport(workshop) },
    { numerics, trainingThreads },
  );
  return { ...model, graph: withWeightsOf(graph, trained), ...given({ trained: numerics.trained(extras) }) };
}

export const quantizeAwareMethod: Method<Options> & { readonly schema: typeof schema } = {
  schema,
  decidesIntegers: true,
  run,
};
