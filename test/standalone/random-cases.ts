/** The random cases of the conformance tests as graphs of one operator. */

import { createRandom, type Random } from '../../src/core/random.ts';
import type { OpKind } from '../../src/ops/index.ts';
import type { ComputedType } from '../../src/ops/op.ts';
import { type Case, int8Cases } from '../conformance/exact-int8.ts';
import { floatCases } from '../conformance/float-cases.ts';
import { plainCases } from '../conformance/plain-cases.ts';
import { oneNode } from '../ops/one-node.ts';
import { throughBuffer } from './joined-graph.ts';
import type { StandaloneCase } from './run-standalone.ts';

type Draw = (random: Random, index: number) => Case<never>;

/** Undefined where the operator has no cases of that type. */
function drawOf(kind: OpKind, type: ComputedType): Draw | undefined {
  const cases = type === 'int8' ? int8Cases : type === 'float32' ? floatCases : plainCases[type];
  return cases[kind] as Draw | undefined;
}

/** One drawn case; what it reads and writes is the caller's memory, or lies in the buffer. */
export function standaloneCase(
  kind: OpKind,
  name: string,
  drawn: Case<never>,
  isInBuffer: boolean,
): StandaloneCase {
  const { attributes, operands, output, more = [] } = drawn;
  const graph = oneNode(kind, attributes, operands, output, ...more.map((result) => result.output));
  const record = graph.inputs.map((id) => (operands[id] as NonNullable<(typeof operands)[number]>).data);
  return { name, graph: isInBuffer ? throughBuffer(graph) : graph, record };
}

/** So many, every other one through the buffer. */
export function drawnCases<Attributes>(
  kind: OpKind,
  types: string,
  draw: (random: Random, index: number) => Case<Attributes>,
  count: number,
): StandaloneCase[] {
  const random = createRandom(11, `standalone ${kind} ${types}`);
  return Array.from({ length: count }, (_, index) =>
    standaloneCase(
      kind,
      `${kind} of ${types}, case ${index}`,
      draw(random, index) as unknown as Case<never>,
      index % 2 === 1,
    ),
  );
}

/** The random cases of an operator and type. */
export function randomCases(kind: OpKind, type: ComputedType, count: number): StandaloneCase[] {
  const draw = drawOf(kind, type);
  if (draw === undefined) throw new Error(`no random cases of ${kind} in ${type}`);
  return drawnCases(kind, type, draw, count);
}
