/** The parts of a dataset: what training learns from, what chooses the best epoch, and what is kept for "evaluate". */
export const SPLITS = ['train', 'validation', 'test'] as const;
export type Split = (typeof SPLITS)[number];
