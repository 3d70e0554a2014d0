/** The forms of recurrent layers by name: what commands need to know before anything is converted. */

/**
 * `fused` is UNIDIRECTIONAL_SEQUENCE_LSTM, `unrolled` operators for every step; `state-ends` are those, and inputs and outputs for what
 * layers remember from one inference to the next.
 */
export const RECURRENT_FORMS = ['fused', 'unrolled', 'state-ends'] as const;
/** One of `RECURRENT_FORMS`. */
export type RecurrentForm = (typeof RECURRENT_FORMS)[number];
