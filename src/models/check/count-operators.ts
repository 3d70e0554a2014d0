import type { ModelOutline } from '../../ir/outline.ts';

/** The different operators of a model; custom ones differ by their own names. */
export function countOperators({ subgraphs }: ModelOutline): number {
  const names = subgraphs.flatMap(({ operators }) =>
    operators.map(({ name, customName }) => JSON.stringify([name, customName])),
  );
  return new Set(names).size;
}
