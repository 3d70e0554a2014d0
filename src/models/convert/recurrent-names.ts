/** The forms of recurrent layers by name: what commands need to know before anything is converted. */

/** `fused` is UNIDIRECTIONAL_SEQUENCE_LSTM, `unrolled` operators for every step. */
export const RECURRENT_FORMS = ['fused', 'unrolled'] as const;
/** One of `RECURRENT_FORMS`. */
export type RecurrentForm = (typeof RECURRENT_FORMS)[number];
