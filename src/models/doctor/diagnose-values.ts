/** What is to be said of single activations, of their channels, and of weights. */

import { given } from '../../core/given.ts';
import type { RecordSource } from '../../data/records/records.ts';
import { getValue, type Node } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import { representedRange } from '../../passes/quantize/parameters.ts';
import { type ChannelFinding, channelFindings } from './channel-findings.ts';
import { decibelsOf } from './decibels.ts';
import type { TensorDiagnosis } from './diagnosis.ts';
import { layerOf, makersOf, NOTHING, operatorOf, type Plain, roundingOf } from './plain-form.ts';
import { settledValues } from './settled-values.ts';
import type { Simulate } from './simulation.ts';
import { tensorUse } from './tensor-use.ts';
import { type ChannelAxes, type WeightFinding, weightFindings } from './weight-findings.ts';

/** How each activation uses its range, and what it costs alone. */
export async function diagnoseTensors(
  plain: Plain,
  simulate: Simulate,
  held: RecordSource,
): Promise<readonly TensorDiagnosis[]> {
  const { float, quants } = plain;
  const makers = makersOf(float);
  const settled = settledValues(float);
  const uses = tensorUse(float, quants, held);
  const tensors: TensorDiagnosis[] = [];
  for (const [id, quant] of quants) {
    const use = uses.get(id);
    if (use === undefined || settled.has(id)) continue;
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

/** Channels of activations that are in trouble. */
export function channelsOf({ calibrated, float, quants }: Plain): readonly ChannelFinding[] {
  const makers = makersOf(float);
  const settled = settledValues(float);
  return [...quants].flatMap(([id, { scale }]) => {
    if (settled.has(id)) return [];
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

/** Weights that are. */
export function weightsOf({ float, int8, pairs }: Plain): readonly WeightFinding[] {
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
