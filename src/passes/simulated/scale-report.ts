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
  /** Operators that stay in float32, as in the file, where a tensor of theirs has no scale. */
  readonly real: readonly string[];
  readonly rounded: readonly RoundedWeights[];
}

/** What else is known of them. */
export interface DeclaredParts {
  readonly scales: DeclaredScales;
  readonly ambiguous: readonly ValueId[];
  /** Values whose range follows from what reads them. */
  readonly followed: ReadonlyMap<ValueId, unknown>;
  readonly rounded: readonly RoundedWeights[];
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

/** Real numbers that the file has no scale for, and that neither a kernel nor an input gives one. */
function withoutScale(graph: Graph, scales: DeclaredScales): readonly ValueId[] {
  const made = graph.nodes.flatMap(({ kind, outputs }) => {
    const { rule } = opOf(kind).quantRule;
    return rule === 'same-as-input' || rule === 'fixed-output' ? [] : outputs;
  });
  return [...graph.inputs, ...made].filter(
    (id) => getValue(graph, id).type.dtype === 'float32' && !scales.has(id),
  );
}

/** Of operators that have an int8 form, but none without a scale. */
function realNames(float: Graph, int8: Graph, scales: DeclaredScales): readonly string[] {
  const inFloat = int8.nodes
    .filter(({ outputs }) => outputs.some((id) => getValue(int8, id).type.dtype === 'float32'))
    .map(titleOf);
  const titles = new Set(inFloat);
  const lacks = (id: ValueId | undefined): boolean =>
    id !== undefined && getValue(float, id).data === undefined && !scales.has(id);
  return float.nodes
    .filter((node) => titles.has(titleOf(node)) && opOf(node.kind).quantRule.rule !== 'real')
    .filter(({ inputs, outputs }) => [...inputs, ...outputs].some(lacks))
    .map(({ name }) => name);
}

function titleOf({ kind, name }: Node): string {
  return `${kind} ${name}`;
}

/** `int8` has the values of `float` by the same ids. */
export function scaleReport(
  float: Graph,
  int8: Graph,
  { scales, ambiguous, followed, rounded }: DeclaredParts,
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
  const lacking = withoutScale(float, scales);
  const made = lacking.filter((id) => int8.values.get(id)?.type.quant !== undefined);
  const fromReaders = made.filter((id) => followed.has(id)).length;
  const real = realNames(float, int8, scales);
  return {
    kept,
    changed,
    made: { fromReaders, fromSamples: made.length - fromReaders },
    real,
    rounded: rounded.filter(({ layer }) => !real.includes(layer)),
  };
}

function pair({ scale, zeroPoint }: ScaleAndZero): ScaleAndZero {
  return { scale, zeroPoint };
}
