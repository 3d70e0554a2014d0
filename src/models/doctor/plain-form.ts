/** The plain int8 form of a float32 graph, which the doctor looks at, and the names of what is in it. */

import { unsupportedError } from '../../core/errors.ts';
import type { PerTensorQuant } from '../../core/quant-params.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import type { Calibrated } from '../../passes/quantize/methods/method.ts';
import { plainlyQuantized } from '../quantize/apply-methods.ts';
import { judgedValues } from '../quantize/judged-values.ts';
import { nodePairs } from './node-pairs.ts';
import type { Cause, Rounding } from './simulation.ts';

/** What is diagnosed, in both forms. */
export interface Plain {
  readonly calibrated: Calibrated;
  readonly float: Graph;
  readonly int8: Graph;
  readonly pairs: ReadonlyMap<Node, Node>;
  /** Of activations that both graphs have. */
  readonly quants: ReadonlyMap<ValueId, PerTensorQuant>;
  readonly judged: readonly ValueId[];
}

/** Throws an `unsupported` error where int8 has nothing to judge. */
export function plainForm(calibrated: Calibrated): Plain {
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

/** Nothing is rounded. */
export const NOTHING: Cause = { constants: [], activations: new Map() };

/** Activations in their steps of int8. */
export function roundingOf({ quants }: Plain, ids: Iterable<ValueId>): Map<ValueId, Rounding> {
  return new Map(
    [...ids].map((id): [ValueId, Rounding] => [id, { quant: quants.get(id) as PerTensorQuant, parts: 1 }]),
  );
}

/** As files call it. */
export const operatorOf = ({ kind }: Node): string => kind.toUpperCase();

/** The name of the layer; in a file without any, that of the tensor that it makes. */
export function layerOf(graph: Graph, { name, outputs }: Node): string {
  return name === '' ? getValue(graph, outputs[0]).name : name;
}

/** The layer that makes each activation. */
export function makersOf(graph: Graph): ReadonlyMap<ValueId, string> {
  return new Map(
    graph.nodes.flatMap((node) => node.outputs.map((id): [ValueId, string] => [id, layerOf(graph, node)])),
  );
}
