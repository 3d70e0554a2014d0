/**
 * Why a network loses what it loses in int8. What is looked at is its plain form (every range from the least to the greatest
 * value that calibration saw, every weight to its nearest step): methods hide troubles, and the cures measure what is left.
 */

import { unsupportedError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import type { RecordSource } from '../../data/records/records.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { graphCost } from '../../ir/graph-cost.ts';
import { opOf } from '../../ops/index.ts';
import type { Calibrated } from '../../passes/quantize/methods/method.ts';
import { representedRange } from '../../passes/quantize/parameters.ts';
import { calibrateFor, plainlyQuantized } from '../quantize/apply-methods.ts';
import { everySecond } from '../quantize/guard-methods.ts';
import { spacedRecords } from '../quantize/held-records.ts';
import { recordNoise } from '../quantize/int8-noise.ts';
import { judgedValues } from '../quantize/judged-values.ts';
import type { WorkContext } from '../run/spread/spread-records.ts';
import { accumulatedNoise } from './accumulated-noise.ts';
import { type ChannelFinding, channelFindings } from './channel-findings.ts';
import { decibelsOf, type Noise, totalNoise } from './decibels.ts';
import type { Diagnosis, ErrorBudget, LayerDiagnosis, TensorDiagnosis } from './diagnosis.ts';
import { nodePairs } from './node-pairs.ts';
import { type Cause, createSimulation, type Rounding, type Simulate } from './simulation.ts';
import { tensorUse } from './tensor-use.ts';
import { type ChannelAxes, type WeightFinding, weightFindings } from './weight-findings.ts';

/** Records that single figures are of. */
const MOST_RECORDS = 128;
const MOST_SIMULATED = 32;
const LEAST_SIMULATED = 4;
/** Multiply-accumulates that all simulations together may take: some seconds. */
const MOST_MACS = 1e10;
/** Fewer than this make no two halves. */
const LEAST_HALVED = 8;

interface Plain {
  readonly calibrated: Calibrated;
  readonly float: Graph;
  readonly int8: Graph;
  readonly pairs: ReadonlyMap<Node, Node>;
  /** Of activations that both graphs have. */
  readonly quants: ReadonlyMap<ValueId, PerTensorQuant>;
  readonly judged: readonly ValueId[];
}

function plainForm(calibrated: Calibrated): Plain {
  const { graph: float } = calibrated;
  const int8 = plainlyQuantized(calibrated);
  const quants = new Map<ValueId, PerTensorQuant>();
  for (const id of [...float.inputs, ...float.nodes.flatMap(({ outputs }) => outputs)]) {
    const quant = int8.values.get(id)?.type.quant;
    if (quant?.scheme === 'per-tensor') quants.set(id, quant);
  }
  const judged = judgedValues(int8).filter((id) => quants.has(id));
  if (judged.length === 0) {
    throw unsupportedError(
      'nothing-to-judge',
      'The outputs of the model are no real numbers that int8 has steps for, so that no noise can be measured there',
    );
  }
  return { calibrated, float, int8, pairs: nodePairs(float, int8), quants, judged };
}

const NOTHING: Cause = { constants: [], activations: new Map() };

function roundingOf({ quants }: Plain, ids: Iterable<ValueId>): Map<ValueId, Rounding> {
  return new Map(
    [...ids].map((id): [ValueId, Rounding] => [id, { quant: quants.get(id) as PerTensorQuant, parts: 1 }]),
  );
}

async function budgetOf(plain: Plain, simulate: Simulate, all: Noise, whole: Noise): Promise<ErrorBudget> {
  const { float, int8, pairs, quants, judged } = plain;
  const activations = async (ids: Iterable<ValueId>) =>
    decibelsOf(await simulate({ ...NOTHING, activations: roundingOf(plain, ids) }));
  return given({
    weightsDb: decibelsOf(await simulate({ ...NOTHING, constants: [{ int8, pairs }] })),
    activationsDb: await activations(quants.keys()),
    inputDb: await activations(float.inputs.filter((id) => quants.has(id))),
    outputDb: await activations(judged),
    allDb: decibelsOf(all),
    simulatedDb: decibelsOf(whole),
  });
}

function gain(before: Noise, after: Noise): number | undefined {
  return before.noise > 0 && after.noise > 0 ? 10 * Math.log10(before.noise / after.noise) : undefined;
}

const operatorOf = ({ kind }: Node): string => kind.toUpperCase();

function hasConstants({ float }: Plain, node: Node): boolean {
  return node.inputs.some((id) => id !== undefined && getValue(float, id).data instanceof Float32Array);
}

/** A Dense layer whose units share one scale. */
function sharesOneScale({ calibrated }: Plain, { kind }: Node): boolean {
  const { quantRule } = opOf(kind);
  return quantRule.rule === 'weighted' && quantRule.perChannel === 'optional' && !calibrated.densePerChannel;
}

/** Operators that int8 has, too; a limit that it keeps by itself belongs to the operator before it. */
function shownNodes({ float, pairs, quants }: Plain): readonly Node[] {
  const covered = new Set([...pairs.values()].flatMap(({ outputs }) => outputs));
  return float.nodes.filter(
    (node) => pairs.has(node) || node.outputs.some((id) => quants.has(id) && !covered.has(id)),
  );
}

interface LayerWork {
  readonly plain: Plain;
  readonly simulate: Simulate;
  /** With all of it rounded. */
  readonly whole: { readonly cause: Cause; readonly noise: Noise };
  readonly perChannel: Graph | undefined;
  readonly accumulated: ReadonlyMap<ValueId, Noise>;
}

async function diagnoseLayer(
  { plain, simulate, whole, perChannel, accumulated }: LayerWork,
  node: Node,
): Promise<LayerDiagnosis> {
  const { int8, pairs, quants } = plain;
  const twin = pairs.get(node);
  const own = twin !== undefined && hasConstants(plain, node) ? new Map([[node, twin]]) : new Map();
  const others = new Map([...pairs].filter(([one]) => one !== node));
  const outputs = twin?.outputs ?? node.outputs;
  const rounded = outputs.filter((id) => quants.has(id));
  const withOutputs = (parts: number | undefined): Map<ValueId, Rounding> => {
    const activations = new Map(whole.cause.activations);
    for (const id of rounded) {
      if (parts === undefined) activations.delete(id);
      else activations.set(id, { quant: quants.get(id) as PerTensorQuant, parts });
    }
    return activations;
  };
  const gains = async (cause: Cause) => gain(whole.noise, await simulate(cause));
  const output = accumulated.get(outputs[0]);
  const perChannelPairs =
    perChannel === undefined || !sharesOneScale(plain, node)
      ? undefined
      : new Map([...nodePairs(plain.float, perChannel)].filter(([one]) => one === node));
  return {
    layer: layerOf(plain.float, node),
    operator: operatorOf(node),
    ...given({
      weightsDb:
        own.size === 0
          ? undefined
          : decibelsOf(await simulate({ ...NOTHING, constants: [{ int8, pairs: own }] })),
      accumulatedDb: output === undefined ? undefined : decibelsOf(output),
      floatGainDb: await gains({ constants: [{ int8, pairs: others }], activations: withOutputs(undefined) }),
      int16GainDb:
        rounded.length === 0 ? undefined : await gains({ ...whole.cause, activations: withOutputs(256) }),
      perChannelGainDb:
        perChannel === undefined || perChannelPairs === undefined
          ? undefined
          : await gains({
              ...whole.cause,
              constants: [
                { int8, pairs: others },
                { int8: perChannel, pairs: perChannelPairs },
              ],
            }),
    }),
  };
}

/** The name of the layer; in a file without any, that of the tensor that it makes. */
function layerOf(graph: Graph, { name, outputs }: Node): string {
  return name === '' ? getValue(graph, outputs[0]).name : name;
}

/** The layer that makes each activation. */
function makersOf(graph: Graph): ReadonlyMap<ValueId, string> {
  return new Map(
    graph.nodes.flatMap((node) => node.outputs.map((id): [ValueId, string] => [id, layerOf(graph, node)])),
  );
}

async function diagnoseTensors(
  plain: Plain,
  simulate: Simulate,
  held: RecordSource,
): Promise<readonly TensorDiagnosis[]> {
  const { float, quants } = plain;
  const makers = makersOf(float);
  const uses = tensorUse(float, quants, held);
  const tensors: TensorDiagnosis[] = [];
  for (const [id, quant] of quants) {
    const use = uses.get(id);
    if (use === undefined) continue;
    const noise = await simulate({ ...NOTHING, activations: roundingOf(plain, [id]) });
    tensors.push({
      tensor: getValue(float, id).name,
      layer: makers.get(id) ?? 'input',
      ...representedRange(quant, 'int8'),
      ...given({ aloneDb: decibelsOf(noise) }),
      ...use,
    });
  }
  return tensors;
}

function channelsOf({ calibrated, float, quants }: Plain): readonly ChannelFinding[] {
  const makers = makersOf(float);
  return [...quants].flatMap(([id, { scale }]) => {
    const { name: tensor, type } = getValue(float, id);
    const count = type.shape.length < 2 ? 1 : (type.shape.at(-1) ?? 1);
    return channelFindings(calibrated.statistics, {
      id,
      layer: makers.get(id) ?? 'input',
      tensor,
      count,
      scale,
    });
  });
}

/** Where channels are along the axes of a constant. */
function channelAxes({ kind }: Node, operand: number, rank: number): ChannelAxes | undefined {
  const { quantRule } = opOf(kind);
  if (quantRule.rule !== 'weighted') return rank === 0 ? undefined : { output: rank - 1 };
  if (operand !== quantRule.weights) return undefined;
  const { axis } = quantRule;
  return axis === rank - 1 ? { output: axis } : { output: axis, input: rank - 1 };
}

function weightsOf({ float, int8, pairs }: Plain): readonly WeightFinding[] {
  return [...pairs].flatMap(([node, twin]) =>
    node.inputs.flatMap((id, operand) => {
      const stored = twin.inputs[operand];
      if (id === undefined || stored === undefined) return [];
      const { data, type } = getValue(float, id);
      const { quant } = getValue(int8, stored).type;
      const axes = channelAxes(node, operand, type.shape.length);
      if (!(data instanceof Float32Array) || quant === undefined || axes === undefined) return [];
      return weightFindings(data, type.shape, quant, axes).map((found) => ({
        layer: layerOf(float, node),
        operator: operatorOf(node),
        ...found,
      }));
    }),
  );
}

async function crossValidated(
  prepared: Graph,
  records: RecordSource,
  densePerChannel: boolean,
  context: WorkContext,
): Promise<Diagnosis['calibration']> {
  if (records.count < LEAST_HALVED) return undefined;
  const some = spacedRecords(records, MOST_RECORDS);
  const sums = { own: { signal: 0, noise: 0 }, cross: { signal: 0, noise: 0 } };
  for (const half of [0, 1] as const) {
    const apply = await calibrateFor(
      prepared,
      everySecond(some, half),
      { activations: 'int8', densePerChannel },
      context,
    );
    const made = apply([]);
    const int8 = plainlyQuantized(made);
    for (const [name, measured] of [
      ['own', half],
      ['cross', half === 0 ? 1 : 0],
    ] as const) {
      const { signal, noise } = totalNoise(recordNoise(made.graph, int8, everySecond(some, measured)));
      sums[name].signal += signal;
      sums[name].noise += noise;
    }
  }
  return given({ ownDb: decibelsOf(sums.own), crossDb: decibelsOf(sums.cross) });
}

function simulatedRecords({ float }: Plain, held: RecordSource): RecordSource {
  const runs = 5 * float.nodes.length + 6;
  const affordable = Math.floor(MOST_MACS / (runs * Math.max(1, graphCost(float).macs)));
  return spacedRecords(held, Math.max(LEAST_SIMULATED, Math.min(MOST_SIMULATED, affordable)));
}

/**
 * Of a float32 graph that is prepared for int8: `calibration` calibrates, `held`, other records, measure. Throws
 * `unsupported` errors for what has no int8 form, and `interrupted`.
 */
export async function diagnose(
  prepared: Graph,
  {
    calibration,
    held,
    densePerChannel,
  }: { readonly calibration: RecordSource; readonly held: RecordSource; readonly densePerChannel: boolean },
  context: WorkContext,
): Promise<Diagnosis> {
  context.report?.step('diagnose');
  const plain = plainForm(
    (await calibrateFor(prepared, calibration, { activations: 'int8', densePerChannel }, context))([]),
  );
  const { calibrated, float, int8, pairs, quants, judged } = plain;
  const measured = spacedRecords(held, MOST_RECORDS);
  const simulated = simulatedRecords(plain, measured);
  const simulate = createSimulation(float, judged, simulated, context);
  const all = totalNoise(recordNoise(float, int8, measured));
  const cause = { constants: [{ int8, pairs }], activations: roundingOf(plain, quants.keys()) };
  const whole = { cause, noise: await simulate(cause) };
  const budget = await budgetOf(plain, simulate, all, whole.noise);
  const shown = shownNodes(plain);
  const work: LayerWork = {
    plain,
    simulate,
    whole,
    perChannel: shown.some((node) => sharesOneScale(plain, node))
      ? plainlyQuantized({ ...calibrated, densePerChannel: true })
      : undefined,
    accumulated: accumulatedNoise(float, int8, new Set(quants.keys()), measured),
  };
  const layers: LayerDiagnosis[] = [];
  for (const [index, node] of shown.entries()) {
    layers.push(await diagnoseLayer(work, node));
    context.report?.progress(index + 1, shown.length, 'layers');
  }
  return {
    calibrationRecords: calibration.count,
    heldRecords: measured.count,
    simulatedRecords: simulated.count,
    budget,
    ...given({ calibration: await crossValidated(prepared, calibration, densePerChannel, context) }),
    layers,
    tensors: await diagnoseTensors(plain, simulate, measured),
    channels: channelsOf(plain),
    weights: weightsOf(plain),
  };
}
