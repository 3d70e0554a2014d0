/** What listening costs: its parts, and what they come to of a second. */

/** What listening consists of: what makes rows and samples, the ring of rows, the model, and what follows it. */
export const LISTENING_PARTS = ['features', 'rows', 'network', 'decision'] as const;
/** One of `LISTENING_PARTS`. */
export type ListeningPart = (typeof LISTENING_PARTS)[number];

/** What one part takes, as it was measured; bytes of functions of the C library are nobody's. */
export interface PartCost {
  readonly ramBytes: number;
  /** Code and tables. */
  readonly flashBytes: number;
  /** Of one answer. */
  readonly instructions: number;
}

/** C without an interpreter, compiled for a Cortex-M4 and emulated. */
export interface ListeningCost {
  readonly parts: Readonly<Record<ListeningPart, PartCost>>;
  /** From one answer to the next. */
  readonly secondsPerAnswer: number;
  /** As it was compiled: `-O2`. */
  readonly level: string;
}

/** Why nothing was measured, as the end of a sentence. */
export interface NotMeasured {
  readonly doubt: string;
}

/** Of all parts; instructions are those of an answer. */
export function sumOf({ parts }: ListeningCost, figure: keyof PartCost): number {
  return LISTENING_PARTS.reduce((sum, part) => sum + parts[part][figure], 0);
}

/** Of all that is heard in a second. */
export function instructionsPerSecond(cost: ListeningCost): number {
  return sumOf(cost, 'instructions') / cost.secondsPerAnswer;
}

/**
 * The share of its time in which a processor of `clock` cycles a second listens, were each instruction one cycle: less than what
 * any board needs, whose flash waits, and whose branches, loads and divisions take several.
 */
export function dutyOf(cost: ListeningCost, clock: number): number {
  return instructionsPerSecond(cost) / clock;
}
