/** Random cases whose weights are mostly zeros, as pruning leaves them. */

import { createRandom, type Random } from '../../src/core/random.ts';
import type { OpKind } from '../../src/ops/index.ts';
import { payingCodes } from '../../src/targets/c/coded/weights.ts';
import type { Case } from '../conformance/exact-int8.ts';
import type { Operand } from '../ops/one-node.ts';
import { standaloneCase } from './random-cases.ts';
import type { StandaloneCase } from './run-standalone.ts';

const MOST_DRAWN = 2000;
const ZEROS = 0.7;

type Drawn = Case<never>;

function pruned(operand: Operand | undefined, random: Random): Operand | undefined {
  const { data, constant } = operand ?? {};
  if (operand === undefined || !constant || !(data instanceof Int8Array)) return operand;
  return { ...operand, data: data.map((element) => (random.uniform() < ZEROS ? 0 : element)) };
}

function isCodable(operand: Operand | undefined): boolean {
  const { data, constant } = operand ?? {};
  return constant === true && data instanceof Int8Array && payingCodes(Uint8Array.from(data)) !== undefined;
}

/** So many whose weights take less flash as codes, every other one through the buffer. */
export function sparseCases(
  kind: OpKind,
  name: string,
  draw: (random: Random, index: number) => Case<unknown>,
  count: number,
): StandaloneCase[] {
  const random = createRandom(13, `sparse ${name}`);
  const cases: StandaloneCase[] = [];
  for (let index = 0; index < MOST_DRAWN && cases.length < count; index++) {
    const drawn = draw(random, index) as Drawn;
    const sparse = { ...drawn, operands: drawn.operands.map((operand) => pruned(operand, random)) };
    if (!sparse.operands.some(isCodable)) continue;
    cases.push(standaloneCase(kind, `${name}, case ${index}`, sparse, cases.length % 2 === 1));
  }
  return cases;
}
