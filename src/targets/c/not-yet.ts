import type { Refusal } from './emitter.ts';

export const NOT_YET: Refusal = { refused: 'has no C yet' };
