/** What one layer costs, and what it would gain in other forms. */

import { given } from '../../core/given.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { decibelsOf, type Noise } from './decibels.ts';
import type { LayerDiagnosis } from './diagnosis.ts';
import { nodePairs } from './node-pairs.ts';
import { layerOf, NOTHING, operatorOf, type Plain } from './plain-form.ts';
import { settledValues } from './settled-values.ts';
import type { Cause, Rounding, Simulate } from './simulation.ts';

function gain(before: Noise, after: Noise): number | undefined {
  return before.noise > 0 && after.noise > 0 ? 10 * Math.log10(before.noise / after.noise) : undefined;
}

function hasConstants({ float }: Plain, node: Node): boolean {
  return node.inputs.some((id) => id !== undefined && getValue(float, id).data instanceof Float32Array);
}

/** A Dense layer whose units share one scale. */
export function sharesOneScale({ calibrated }: Plain, { kind }: Node): boolean {
  const { quantRule } = opOf(kind);
  return quantRule.rule === 'weighted' && quantRule.perChannel === 'optional' && !calibrated.densePerChannel;
}

/**
 * Operators that int8 has, too; a limit that it keeps by itself belongs to the operator before it. Those that give states their
 * first values compute nothing.
 */
export function shownNodes({ float, pairs, quants }: Plain): readonly Node[] {
  const covered = new Set([...pairs.values()].flatMap(({ outputs }) => outputs));
  const settled = settledValues(float);
  return float.nodes.filter(
    (node) =>
      !node.outputs.every((id) => settled.has(id)) &&
      (pairs.has(node) || node.outputs.some((id) => quants.has(id) && !covered.has(id))),
  );
}

/** What all layers are judged with. */
export interface LayerWork {
  readonly plain: Plain;
  readonly simulate: Simulate;
  /** With all of it rounded. */
  readonly whole: { readonly cause: Cause; readonly noise: Noise };
  readonly perChannel: Graph | undefined;
  readonly accumulated: ReadonlyMap<ValueId, Noise>;
}

/** Of a node that is shown. */
export async function diagnoseLayer(
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
