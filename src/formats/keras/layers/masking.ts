/**
 * Masking, and what becomes of the mask in the layers behind it, as Keras' `supports_masking` and `compute_mask` have it: some read
 * it, some hand it on, all others compute every step and leave none behind them.
 */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import type { LayerContext, LayerValue, Mask, Writer } from '../layer.ts';

/** Steps of zeros are passed over, and are zeros behind it. */
export function importMasking(layer: LayerContext): LayerValue {
  const [value] = layer.inputs;
  const maskValue = layer.config.number('mask_value', 0);
  if (maskValue !== 0 || value.shape.length !== 3) {
    throw unsupportedError(
      'unsupported-mask',
      maskValue === 0 ? 'what it masks is no sequence of vectors.' : `its "mask_value" is ${maskValue}.`,
      'Pad sequences of vectors with zeros, and train with mask_value 0.',
    );
  }
  return { ...value, masked: value };
}

/** They have one output for a sequence, or one for each step. */
const READS: ReadonlySet<string> = new Set(['Bidirectional', 'GRU', 'LSTM', 'SimpleRNN']);

/** They work on every step by itself, and do not look at which ones count. */
const HANDS_ON: ReadonlySet<string> = new Set([
  'Activation',
  'ActivityRegularization',
  'AlphaDropout',
  'BatchNormalization',
  'Dense',
  'Dropout',
  'ELU',
  'GaussianDropout',
  'GaussianNoise',
  'GroupNormalization',
  'LayerNormalization',
  'LeakyReLU',
  'PReLU',
  'ReLU',
  'SpatialDropout1D',
  'SyncBatchNormalization',
  'ThresholdedReLU',
  'TimeDistributed',
  'UnitNormalization',
]);

/** As those, since Keras 3. */
const HANDS_ON_SINCE_KERAS_3: ReadonlySet<string> = new Set(['Normalization', 'Rescaling']);

/** Several masks become one by rules that versions of Keras do not share, unless all of them are the same. */
const JOINS: ReadonlySet<string> = new Set([
  'Add',
  'Average',
  'Concatenate',
  'Maximum',
  'Minimum',
  'Multiply',
  'Subtract',
]);

function joinedMask(inputs: readonly LayerValue[]): Mask | undefined {
  const [first, ...others] = inputs.map(({ masked }) => masked);
  return others.every((mask) => isSame(mask, first)) ? first : 'unclear';
}

function isSame(a: Mask | undefined, b: Mask | undefined): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.id === b.id : a === b;
}

/** What decides it besides the layer. */
export interface MaskRules {
  readonly writer: Writer;
  /** Since Keras 3.16 no mask goes on behind recurrent layers, Bidirectional and TimeDistributed. */
  readonly endsInTime: boolean;
}

/** Those of a file that Keras of this version wrote. */
export function maskRules(writer: Writer, version: unknown): MaskRules {
  const [major, minor] = typeof version === 'string' ? version.split('.').map(Number) : [];
  return { writer, endsInTime: writer === 'keras-3' && (major > 3 || minor >= 16) };
}

function maskBehind(
  className: string,
  inputs: readonly LayerValue[],
  { writer, endsInTime }: MaskRules,
): Mask | undefined {
  const [{ masked }] = inputs;
  if (endsInTime && (READS.has(className) || className === 'TimeDistributed')) return undefined;
  if (READS.has(className) || HANDS_ON.has(className)) return masked;
  if (HANDS_ON_SINCE_KERAS_3.has(className)) return writer === 'keras-3' ? masked : undefined;
  return JOINS.has(className) ? joinedMask(inputs) : undefined;
}

/** What comes out of a layer, with the mask that goes on behind it. Throws `unsupported-mask` for layers that would need it. */
export function withMask(
  className: string,
  inputs: readonly LayerValue[],
  made: LayerValue,
  rules: MaskRules,
): LayerValue {
  if (className === 'Masking') return made;
  if (className === 'Softmax' && inputs.some(({ masked }) => masked !== undefined)) {
    throw unsupportedError(
      'unsupported-mask',
      'it reads a sequence of which a Masking layer passes over some steps, and would not count these.',
      'Use Activation("softmax"), which computes every step.',
    );
  }
  const masked = maskBehind(className, inputs, rules);
  if (masked === undefined) return made;
  const steps = inputs[0].shape[1];
  return made.shape.length >= 3 && made.shape[1] === steps ? { ...made, masked } : made;
}

/** They would be told of each step whether it counts, where they are repeated over time. */
const IS_TOLD: ReadonlySet<string> = new Set([
  ...READS,
  'GlobalAveragePooling1D',
  'Softmax',
  'TimeDistributed',
]);

/** Throws `unsupported-mask` where a layer that is repeated over time reads a mask, or makes one. */
export function requireNoMask(className: string, { masked }: LayerValue): void {
  if (className !== 'Masking' && (masked === undefined || !IS_TOLD.has(className))) return;
  throw unsupportedError(
    'unsupported-mask',
    `it repeats a ${className} layer over time, and which steps count is a matter of Masking.`,
    'Use Masking behind it, right in front of a recurrent layer.',
  );
}

/** The sequence whose steps of zeros are passed over; undefined where all steps count. */
export function maskedSequence({ inputs: [{ masked, shape }] }: LayerContext): LayerValue | undefined {
  if (masked === 'unclear') {
    throw unsupportedError(
      'unsupported-mask',
      'it reads what was joined of sequences with different masks, or of one with a mask and one without.',
      'Use a Masking layer with mask_value 0, right in front of the recurrent layers.',
    );
  }
  if (masked !== undefined && shape[0] !== 1) {
    throw inputError('layer-shape', 'it passes over steps of several sequences at a time.');
  }
  return masked;
}

/** The input with the mask that the layer is told to take, of the sequence that a Masking layer read. */
export function toldMask(input: LayerValue, told: LayerValue | undefined): LayerValue {
  if (told?.shape.length === 3 && told.shape[1] === input.shape[1]) return { ...input, masked: told };
  throw unsupportedError(
    'unsupported-mask',
    'it is told to pass over steps of another sequence than the one that a Masking layer read.',
    'Use a Masking layer with mask_value 0, right in front of the recurrent layers.',
  );
}
