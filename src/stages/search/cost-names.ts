/** What a model costs: bytes of its array, of arena and runtime objects, of the arena alone, and multiply-accumulates. */
export const COST_NAMES = ['flash', 'ram', 'arena', 'macs'] as const;

/** One of `COST_NAMES`. */
export type CostName = (typeof COST_NAMES)[number];
