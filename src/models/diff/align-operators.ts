/** Which operator of one model is which of another: the order is kept, and as many as possible find a partner. */

import type { OutlineOperator, OutlineSubgraph } from '../../ir/outline.ts';

/** Indices into the operators of both sides; one side is absent where an operator has no partner. */
export interface Alignment {
  readonly a?: number;
  readonly b?: number;
}

/** Cells of the table of partial alignments; beyond it, operators are paired by their place. */
const MAX_CELLS = 4_000_000;

function sameOperator(a: OutlineOperator, b: OutlineOperator): boolean {
  return a.name === b.name && a.customName === b.customName;
}

function outputShapes({ tensors, operators }: OutlineSubgraph, index: number): string {
  return JSON.stringify(operators[index].outputs.map((output) => tensors[output].shape));
}

/** How well two operators fit: 0 for different ones; of equal ones those with equal results come first. */
function createAffinity(a: OutlineSubgraph, b: OutlineSubgraph): (i: number, j: number) => number {
  const shapesA = a.operators.map((_, index) => outputShapes(a, index));
  const shapesB = b.operators.map((_, index) => outputShapes(b, index));
  return (i, j) => (sameOperator(a.operators[i], b.operators[j]) ? (shapesA[i] === shapesB[j] ? 3 : 2) : 0);
}

interface Range {
  readonly start: number;
  readonly endA: number;
  readonly endB: number;
}

/** What is left between the operators that are equal at the start and at the end. */
function middle(a: OutlineSubgraph, b: OutlineSubgraph, affinity: (i: number, j: number) => number): Range {
  let endA = a.operators.length;
  let endB = b.operators.length;
  let start = 0;
  while (start < endA && start < endB && affinity(start, start) === 3) start++;
  while (endA > start && endB > start && affinity(endA - 1, endB - 1) === 3) {
    endA--;
    endB--;
  }
  return { start, endA, endB };
}

/** The alignment of the greatest total affinity, by dynamic programming from the end. */
function best({ start, endA, endB }: Range, affinity: (i: number, j: number) => number): Alignment[] {
  const rows = endA - start;
  const columns = endB - start;
  const width = columns + 1;
  const totals = new Uint32Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const score = affinity(start + i, start + j);
      const paired = score === 0 ? 0 : score + totals[(i + 1) * width + j + 1];
      totals[i * width + j] = Math.max(paired, totals[(i + 1) * width + j], totals[i * width + j + 1]);
    }
  }
  const alignments: Alignment[] = [];
  let i = 0;
  let j = 0;
  while (i < rows || j < columns) {
    const score = i < rows && j < columns ? affinity(start + i, start + j) : 0;
    const here = totals[i * width + j];
    if (score > 0 && here === score + totals[(i + 1) * width + j + 1]) {
      alignments.push({ a: start + i++, b: start + j++ });
    } else if (j === columns || (i < rows && here === totals[(i + 1) * width + j])) {
      alignments.push({ a: start + i++ });
    } else {
      alignments.push({ b: start + j++ });
    }
  }
  return alignments;
}

/** Partners by place, where the models are too long to look for better ones. */
function byPlace({ start, endA, endB }: Range, affinity: (i: number, j: number) => number): Alignment[] {
  return Array.from({ length: Math.max(endA, endB) - start }, (_, offset): Alignment[] => {
    const index = start + offset;
    if (index < endA && index < endB && affinity(index, index) > 0) return [{ a: index, b: index }];
    return [...(index < endA ? [{ a: index }] : []), ...(index < endB ? [{ b: index }] : [])];
  }).flat();
}

/** Every operator of both sides once, in an order that keeps both orders. */
export function alignOperators(a: OutlineSubgraph, b: OutlineSubgraph): readonly Alignment[] {
  const affinity = createAffinity(a, b);
  const range = middle(a, b, affinity);
  const { start, endA, endB } = range;
  const cells = (endA - start + 1) * (endB - start + 1);
  const between = cells <= MAX_CELLS ? best(range, affinity) : byPlace(range, affinity);
  return [
    ...Array.from({ length: start }, (_, index) => ({ a: index, b: index })),
    ...between,
    ...Array.from({ length: a.operators.length - endA }, (_, index) => ({
      a: endA + index,
      b: endB + index,
    })),
  ];
}
