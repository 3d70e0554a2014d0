/** Masking, and which layers know of it: recurrent ones pass over its steps, some leave them to others, all else is refused. */

import { unsupportedError } from '../../../core/errors.ts';
import type { LayerContext, LayerValue } from '../layer.ts';

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

const PASSES_OVER: ReadonlySet<string> = new Set(['Bidirectional', 'GRU', 'LSTM', 'SimpleRNN']);

/** They work on every step by itself, and do not look at which ones count. */
const LEAVES_TO_OTHERS: ReadonlySet<string> = new Set([
  'Activation',
  'Dense',
  'Dropout',
  'GaussianDropout',
  'GaussianNoise',
  'LeakyReLU',
  'Masking',
  'ReLU',
  'SpatialDropout1D',
]);

/** What comes out of a layer, with the mask that goes on behind it. Throws `unsupported-mask` for layers that would need it. */
export function withMask(className: string, inputs: readonly LayerValue[], made: LayerValue): LayerValue {
  const masked = inputs.find((input) => input.masked !== undefined)?.masked;
  if (masked === undefined || className === 'Masking') return made;
  const isSequence = made.shape.length === 3;
  if (LEAVES_TO_OTHERS.has(className) || PASSES_OVER.has(className)) {
    return isSequence ? { ...made, masked } : made;
  }
  throw unsupportedError(
    'unsupported-mask',
    'it reads a sequence of which a Masking layer passes over some steps.',
    'Put LSTM, GRU or SimpleRNN without return_sequences between them, or leave Masking out.',
  );
}

/** What a layer is told to pass over must be what the Masking layer in front of it read. */
export function requireMask(input: LayerValue, told: LayerValue | undefined): void {
  if (told !== undefined && input.masked?.id === told.id) return;
  throw unsupportedError(
    'unsupported-mask',
    'it is told to pass over steps of another sequence than the one that a Masking layer read.',
    'Use a Masking layer with mask_value 0, right in front of the recurrent layers.',
  );
}
