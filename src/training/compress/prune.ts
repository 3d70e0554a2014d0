/**
 * Magnitude pruning: the smallest weights become zeros, more and more of them while the others go on learning. The zeros
 * shrink nothing by themselves: files, MACs and arena stay as they are until weights are coded.
 */

import * as z from 'zod';
import { usageError } from '../../core/errors.ts';
import { counted, countOf, formatCount } from '../../core/figure-text.ts';
import { findLayer } from '../../ir/find-layer.ts';
import { type Graph, getValue, type Value, type ValueId } from '../../ir/graph.ts';
import { isLinear } from '../../passes/linear.ts';
import type { Constraint } from '../graph/constraint.ts';
import { withOwnConstants } from '../graph/learned-constants.ts';
import type { Compressed, Kept, Method, Workshop } from './method.ts';
import {
  type Pattern,
  type PrunedWeights,
  type Selected,
  smallestOfAll,
  smallestOfEach,
  smallestOfRuns,
} from './pruning/select-weights.ts';
import { type SparsitySchedule, sparsityAt } from './pruning/sparsity-schedule.ts';
import { tune, tuningFields } from './tune.ts';

const PATTERN = /^([1-9]\d?):([1-9]\d?)$/;

function patternOf({ pattern }: { readonly pattern?: string | undefined }): Pattern | undefined {
  const [, kept, run] = PATTERN.exec(pattern ?? '') ?? [];
  return kept === undefined ? undefined : { kept: Number(kept), run: Number(run) };
}

function isWithin(pattern: Pattern | undefined): boolean {
  return pattern === undefined || pattern.kept < pattern.run;
}

const DEFAULT_SPARSITY = 0.5;

const share = () => z.number().min(0).max(1);

const schema = z
  .strictObject({
    method: z.literal('prune').describe('The smallest weights become zeros, for methods that code weights.'),
    sparsity: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe(
        'The share of weights that are zero in the end; 0.5 where neither it nor "pattern" is given.',
      ),
    pattern: z
      .string()
      .regex(PATTERN, { error: 'must be how many of how many weights stay, such as "2:4"' })
      .optional()
      .describe(
        'In place of "sparsity": how many of how many inputs in a row each output keeps, such as "2:4". Depthwise convolutions have no such rows.',
      ),
    threshold: z
      .enum(['layer', 'global'])
      .default('global')
      .describe('Whether every layer gets that share of zeros, or all layers together.'),
    initialSparsity: share()
      .optional()
      .describe('The share of zeros at "begin", from which "sparsity" is approached; 0 where absent.'),
    begin: share().default(0).describe('When the first weights become zeros, as a share of the training.'),
    end: share()
      .default(0.5)
      .describe('When the last ones do; what is left of the training is for the others.'),
    except: z.array(z.string()).default([]).describe('Layers that keep all their weights.'),
    ...tuningFields,
    learningRate: tuningFields.learningRate.describe(
      "Of that training; the project's where absent: what is left has much to learn again.",
    ),
  })
  .refine(({ sparsity, pattern }) => sparsity === undefined || pattern === undefined, {
    error: 'it cannot be given together with "pattern"',
    path: ['sparsity'],
  })
  .refine((options) => isWithin(patternOf(options)), {
    error: 'it must keep fewer than there are, such as "2:4"',
    path: ['pattern'],
  })
  .refine(({ initialSparsity, pattern }) => initialSparsity === undefined || pattern === undefined, {
    error: 'it cannot be given together with "pattern"',
    path: ['initialSparsity'],
  })
  .refine(({ initialSparsity = 0, sparsity = DEFAULT_SPARSITY }) => initialSparsity <= sparsity, {
    error: 'it must not be above "sparsity"',
    path: ['initialSparsity'],
  })
  .refine(({ begin, end }) => begin < end, { error: 'it must be after "begin"', path: ['end'] });

type Options = z.output<typeof schema>;

interface PrunedLayer {
  /** Of its weights. */
  readonly id: ValueId;
  readonly depth: number;
}

/** Throws `unknown-layer` and `nothing-to-prune` (usage). */
function prunedLayers(graph: Graph, options: Options): readonly PrunedLayer[] {
  const linear = graph.nodes.filter(isLinear);
  const pattern = patternOf(options);
  const kept = new Set(options.except.flatMap((layer) => findLayer(linear, layer, 'to keep from pruning')));
  const ids = linear
    .filter((node) => !kept.has(node) && (pattern === undefined || node.kind !== 'depthwise_conv_2d'))
    .map(({ inputs }) => inputs[1] as ValueId);
  const layers = [...new Set(ids)].flatMap((id): PrunedLayer[] => {
    const { type, data } = getValue(graph, id);
    const depth = type.shape.at(-1) ?? 1;
    const isShort = pattern !== undefined && depth <= pattern.kept;
    return data instanceof Float32Array && data.length > 1 && !isShort ? [{ id, depth }] : [];
  });
  if (layers.length > 0) return layers;
  throw usageError(
    'nothing-to-prune',
    pattern === undefined
      ? 'No layer is left whose weights could become zeros'
      : `No layer is left that has more than ${counted(pattern.kept, 'input')} in a row, of which "${options.pattern}" would take some away`,
    'Take layers out of "except", or leave "prune" out.',
  );
}

/** Weights that share a value cannot become zeros one by one. */
function requireUnmarked({ keeps }: Compressed, layers: readonly PrunedLayer[]): void {
  if (!layers.some(({ id }) => keeps.get(id) === 'clusters')) return;
  throw usageError(
    'pruned-clusters',
    'The weights are clustered already, and pruning would pull the clusters apart',
    'List "prune" in front of the method that clusters.',
  );
}

/** What is to be zero at a share between 0 and that of the end. */
type Selection = (layers: readonly PrunedWeights[], share: number) => Selected;

/** A pattern says by itself how much it takes away: shares are those of that. */
function selectionOf(options: Options): { readonly select: Selection; readonly final: number } {
  const pattern = patternOf(options);
  if (pattern !== undefined) {
    return { select: (layers, share) => smallestOfRuns(layers, pattern, share), final: 1 };
  }
  const select = options.threshold === 'layer' ? smallestOfEach : smallestOfAll;
  return { select, final: options.sparsity ?? DEFAULT_SPARSITY };
}

/** Zhu and Gupta's, and no fewer choices than this where there are few updates. */
const EVERY = 100;
const FEWEST_CHOICES = 20;

function scheduleOf(options: Options, final: number, updates: number): SparsitySchedule {
  const begin = 1 + Math.floor(options.begin * updates);
  const end = Math.max(begin, Math.ceil(options.end * updates));
  const every = Math.min(EVERY, Math.max(1, Math.floor((end - begin) / FEWEST_CHOICES)));
  return { initial: options.initialSparsity ?? 0, final, begin, end, every };
}

function clear(weights: Float32Array, indices: Uint32Array): void {
  for (let i = 0; i < indices.length; i++) weights[indices[i]] = 0;
}

/** What is zero stays zero, and becomes more by the schedule. */
function pruning(layers: readonly PrunedLayer[], select: Selection, schedule: SparsitySchedule): Constraint {
  let selected: Selected = layers.map(() => new Uint32Array(0));
  return {
    apply(weightsOf, step) {
      const live = layers.map(({ id, depth }) => ({ weights: weightsOf(id), depth }));
      for (const [layer, { weights }] of live.entries()) clear(weights, selected[layer]);
      const share = sparsityAt(schedule, step);
      if (share === undefined) return;
      selected = select(live, share);
      for (const [layer, { weights }] of live.entries()) clear(weights, selected[layer]);
    },
  };
}

/** An interrupted training has not come to its last zeros. */
function withZeros(graph: Graph, layers: readonly PrunedLayer[], select: Selection, final: number): Graph {
  const weights = layers.map(({ id, depth }) => {
    const { data } = getValue(graph, id);
    return { id, weights: (data as Float32Array).slice(), depth };
  });
  const values = new Map<ValueId, Value>(graph.values);
  for (const [layer, indices] of select(weights, final).entries()) {
    const { id, weights: data } = weights[layer];
    clear(data, indices);
    values.set(id, { ...getValue(graph, id), data });
  }
  return { ...graph, values };
}

function report(graph: Graph, layers: readonly PrunedLayer[], { report: to }: Workshop): void {
  let [zeros, all] = [0, 0];
  for (const { id } of layers) {
    const data = getValue(graph, id).data as Float32Array;
    all += data.length;
    for (const weight of data) if (weight === 0) zeros++;
  }
  const share = ((100 * zeros) / all).toFixed(1);
  to.info(
    `${formatCount(zeros)} of ${countOf(all, 'weight')} (${share} %) are zero; they take no less room until weights are coded.`,
  );
}

export const pruneMethod: Method<Options> & { readonly schema: typeof schema } = {
  schema,
  marks: true,
  async run(model, options, workshop) {
    const graph = withOwnConstants(model.graph);
    const layers = prunedLayers(graph, options);
    requireUnmarked(model, layers);
    const { select, final } = selectionOf(options);
    const steps = Math.ceil(workshop.train.x.count / workshop.recipe.batchSize);
    const schedule = scheduleOf(options, final, options.epochs * steps);
    const tuned = await tune({ ...model, graph }, workshop, {
      epochs: options.epochs,
      learningRate: options.learningRate ?? workshop.recipe.learningRate,
      constraints: [pruning(layers, select, schedule)],
      settledFrom: Math.ceil(schedule.end / steps),
    });
    const pruned = withZeros(tuned.graph, layers, select, final);
    report(pruned, layers, workshop);
    const zeros = layers.map(({ id }): [ValueId, Kept] => [id, 'zeros']);
    return { ...tuned, graph: pruned, keeps: new Map([...model.keeps, ...zeros]) };
  },
};
