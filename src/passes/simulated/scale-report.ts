/** Which of the scales that a file declares the integers have, and why others are not kept. */

import { sameQuant } from '../../core/quant-params.ts';
import { type Graph, getValue, type Node, type ValueId } from '../../ir/graph.ts';
import { opOf } from '../../ops/index.ts';
import type { DeclaredScales } from './declared-scales.ts';
import type { RoundedWeights } from './weight-steps.ts';

/** real = scale · (integer − zero point). */
export interface ScaleAndZero {
  readonly scale: number;
  readonly zeroPoint: number;
}

export interface ChangedScale {
  readonly tensor: string;
  /** As int8, where the file has uint8. */
  readonly file: ScaleAndZero;
  readonly used: ScaleAndZero;
  /** A sentence. */
  readonly why: string;
}

/** How many scales were made, and of what. */
export interface MadeScales {
  /** Of what the operators behind them tell apart. */
  readonly fromReaders: number;
  readonly fromSamples: number;
}

export interface ScaleReport {
  /** How many tensors have the scale and the zero point of the file. */
  readonly kept: number;
  readonly changed: readonly ChangedScale[];
  /** Of tensors that the file has no scale for. */
  readonly made: MadeScales;
  readonly rounded: readonly RoundedWeights[];
}

/** What else is known of them. */
export interface DeclaredParts {
  readonly scales: DeclaredScales;
  readonly ambiguous: readonly ValueId[];
  readonly rounded: readonly RoundedWeights[];
  readonly made: MadeScales;
}

function reason(graph: Graph, id: ValueId): string {
  const producer = graph.nodes.find(({ outputs }) => outputs.includes(id));
  const byProducer = producer && reasonOf(producer);
  if (byProducer !== undefined) return byProducer;
  const joining = graph.nodes.find(
    ({ kind, inputs }) => inputs.includes(id) && opOf(kind).quantRule.rule === 'same-as-output',
  );
  return joining === undefined
    ? 'TensorFlow Lite Micro computes no steps as fine from its inputs.'
    : `${joining.kind.toUpperCase()} takes all of its operands in one scale.`;
}

function reasonOf({ kind }: Node): string | undefined {
  const name = kind.toUpperCase();
  switch (opOf(kind).quantRule.rule) {
    case 'fixed-output':
      return `${name} has this scale in every model.`;
    case 'same-as-input':
      return `${name} leaves the scale of its input.`;
    case 'same-as-output':
      return `${name} has the scale of its operands.`;
    default:
      return undefined;
  }
}

/** `int8` has the values of `float` by the same ids. */
export function scaleReport(
  float: Graph,
  int8: Graph,
  { scales, ambiguous, rounded, made }: DeclaredParts,
): ScaleReport {
  const changed: ChangedScale[] = [];
  let kept = 0;
  for (const [id, { quant: file }] of scales) {
    const { name } = getValue(float, id);
    const used = int8.values.get(id)?.type.quant;
    if (used?.scheme !== 'per-tensor') continue;
    if (!sameQuant(used, file)) {
      changed.push({ tensor: name, file: pair(file), used: pair(used), why: reason(float, id) });
    } else if (ambiguous.includes(id)) {
      const why = 'The file has it in several scales, and this is the first.';
      changed.push({ tensor: name, file: pair(file), used: pair(used), why });
    } else kept++;
  }
  return { kept, changed, made, rounded };
}

function pair({ scale, zeroPoint }: ScaleAndZero): ScaleAndZero {
  return { scale, zeroPoint };
}
