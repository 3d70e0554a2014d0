/** What changed between two `.tflite` models: operators, tensors, sizes, memory, cost, and what they compute. */

import { equalBytes } from '../../core/bytes.ts';
import { given } from '../../core/given.ts';
import { elementCount } from '../../core/tensor.ts';
import type { FloatArray } from '../../data/records/float-array.ts';
import { affordableRuns } from '../../formats/allowance.ts';
import { readConstantBuffers } from '../../formats/tflite/constant-buffers.ts';
import type { TfliteModel } from '../../formats/tflite/read.ts';
import { graphSteps } from '../../ir/graph-cost.ts';
import type { OutlineSubgraph, OutlineTensor } from '../../ir/outline.ts';
import { TARGETS, type Target } from '../../planner/target.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import type { Figure } from '../check/figure.ts';
import { arenaFigure } from '../check/footprint.ts';
import { macsFigure } from '../check/measure-model.ts';
import { alignOperators } from './align-operators.ts';
import { diffOperators, type OperatorDiff } from './diff-operators.ts';
import { diffOutputs, type RunDiff } from './diff-outputs.ts';
import { type Difference, diffTensors } from './diff-tensors.ts';
import { type ModelFacts, nodeIndex } from './model-facts.ts';

/** One figure of both sides. */
export interface FigurePair {
  readonly what: 'file' | 'constants' | 'overhead' | 'macs' | 'arena';
  /** Of arenas: what they are for. */
  readonly target?: Target;
  readonly a: Figure;
  readonly b: Figure;
}

/** Everything that two models differ in. */
export interface ModelDiff {
  /** Whether the files are equal, byte for byte. */
  readonly identical: boolean;
  readonly figures: readonly FigurePair[];
  /** Inputs, outputs, description, metadata, operator codes. */
  readonly model: readonly Difference[];
  readonly operators: readonly OperatorDiff[];
  /** Why the attributes of operators and the elements of constants were not compared, where they were not. */
  readonly outlineOnly?: string;
  readonly outputs: RunDiff | { readonly notRun: string };
}

function figurePairs(a: ModelFacts, b: ModelFacts, options: ProgramOptions): FigurePair[] {
  const pair = (what: FigurePair['what'], of: (facts: ModelFacts) => Figure): FigurePair => ({
    what,
    a: of(a),
    b: of(b),
  });
  const constants = ({ bytes }: ModelFacts): number =>
    readConstantBuffers(bytes).reduce((sum, buffer) => sum + buffer.bytes, 0);
  return [
    pair('file', ({ bytes }) => ({ value: bytes.length })),
    pair('constants', (facts) => ({ value: constants(facts) })),
    pair('overhead', (facts) => ({ value: facts.bytes.length - constants(facts) })),
    pair('macs', ({ file }) => macsFigure(file.outline)),
    ...TARGETS.map((target) => ({
      ...pair('arena', ({ bytes, file }) => arenaFigure({ bytes, outline: file.outline }, target, options)),
      target,
    })),
  ];
}

function textDifference(what: string, a: string, b: string): Difference[] {
  return a === b ? [] : [{ what, a, b }];
}

function operatorCodes({ file }: ModelFacts): string {
  const codes = file.operatorCodes.map(
    ({ name, version, used }) => `${name} version ${version}${used ? '' : ' (unused)'}`,
  );
  return codes.join(', ') || 'none';
}

/** The inputs or the outputs of the main subgraph, one by one. */
function endpointDifferences(
  what: 'input' | 'output',
  a: readonly OutlineTensor[],
  b: readonly OutlineTensor[],
): Difference[] {
  const count = Math.max(a.length, b.length);
  return Array.from({ length: count }, (_, index): readonly Difference[] => {
    const title = count === 1 ? what : `${what} ${index}`;
    const [from, to] = [a[index], b[index]];
    if (from === undefined || to === undefined) {
      const text = (tensor: OutlineTensor | undefined) => (tensor === undefined ? 'absent' : 'there');
      return [{ what: title, a: text(from), b: text(to) }];
    }
    return diffTensors({ tensor: from }, { tensor: to }).map((difference) => ({
      ...difference,
      what: `${title} ${difference.what}`,
    }));
  }).flat();
}

function modelDifferences(a: ModelFacts, b: ModelFacts): Difference[] {
  const [mainA, mainB] = [a, b].map(({ file }) => file.outline.subgraphs[0]) as [
    OutlineSubgraph,
    OutlineSubgraph,
  ];
  const ends = (subgraph: OutlineSubgraph, end: 'inputs' | 'outputs') =>
    subgraph[end].map((index) => subgraph.tensors[index]);
  const list = (names: readonly string[]): string => names.join(', ') || 'none';
  const count = ({ file }: ModelFacts): string => String(file.outline.subgraphs.length);
  const plan = ({ file }: ModelFacts): string => file.outline.offlinePlan?.join(' ') ?? 'none';
  return [
    ...endpointDifferences('input', ends(mainA, 'inputs'), ends(mainB, 'inputs')),
    ...endpointDifferences('output', ends(mainA, 'outputs'), ends(mainB, 'outputs')),
    ...textDifference('subgraphs', count(a), count(b)),
    ...textDifference('operator codes', operatorCodes(a), operatorCodes(b)),
    ...textDifference('description', a.file.description, b.file.description),
    ...textDifference('metadata', list(a.file.metadataNames), list(b.file.metadataNames)),
    ...textDifference('offline memory plan', plan(a), plan(b)),
  ];
}

function refusalOf(a: ModelFacts, b: ModelFacts): string | undefined {
  if (a.refusal !== undefined) return `the first model: ${a.refusal}`;
  return b.refusal === undefined ? undefined : `the second model: ${b.refusal}`;
}

/** Random records where none are given; fewer of a file that takes very long for its size. */
const RANDOM_RECORDS = 16;
/** Steps for each element that is drawn, or made in both models, quantized, made real again and compared. */
const ELEMENT_STEPS = 32;

function randomRecords({ bytes }: ModelFacts, { graph }: TfliteModel): number {
  const values = [...graph.values.values()].filter(({ data }) => data === undefined);
  const elements = values.reduce((sum, { type }) => sum + elementCount(type.shape), 0);
  return affordableRuns(bytes.length, graphSteps(graph) + ELEMENT_STEPS * elements, RANDOM_RECORDS);
}

function outputsOf(a: ModelFacts, b: ModelFacts, records: FloatArray | undefined): ModelDiff['outputs'] {
  if (a.model === undefined || b.model === undefined) return { notRun: refusalOf(a, b) as string };
  const alignment = alignOperators(a.file.outline.subgraphs[0], b.file.outline.subgraphs[0]).map((pair) =>
    given({ a: nodeIndex(a, pair.a), b: nodeIndex(b, pair.b) }),
  );
  const random = Math.min(randomRecords(a, a.model), randomRecords(b, b.model));
  const run = diffOutputs(a.model.graph, b.model.graph, alignment, records ?? random);
  if ('notRun' in run || run.firstDifference === undefined) return run;
  const { a: nodeA, b: nodeB } = run.firstDifference;
  const place = { a: a.model.container.nodeOperators[nodeA], b: b.model.container.nodeOperators[nodeB] };
  return { ...run, firstDifference: { ...run.firstDifference, ...place } };
}

/** `options` are those of their C. Throws usage errors for records that do not fit. */
export function diffModels(
  a: ModelFacts,
  b: ModelFacts,
  records?: FloatArray,
  options: ProgramOptions = {},
): ModelDiff {
  const outlineOnly = refusalOf(a, b);
  return {
    identical: equalBytes(a.bytes, b.bytes),
    figures: figurePairs(a, b, options),
    model: modelDifferences(a, b),
    operators: diffOperators(a, b),
    ...(outlineOnly === undefined ? {} : { outlineOnly }),
    outputs: outputsOf(a, b, records),
  };
}
