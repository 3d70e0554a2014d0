/** The table of presets. */

import { usageError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { type PlainStepOptions, type StepOptions, stepSchema } from '../index.ts';
import { edgeImpulseMfcc, edgeImpulseMfe } from './edge-impulse.ts';
import { edgeImpulseSpectral } from './edge-impulse-spectral.ts';
import { librosa, librosaMfcc } from './librosa.ts';
import { mlperfAd } from './mlperf-ad.ts';
import { mlperfKws } from './mlperf-kws.ts';
import type { Preset } from './preset.ts';
import { PRESET_NAMES, type PresetName } from './preset-names.ts';
import { tflmMicroSpeech } from './tflm-micro-speech.ts';

/** All presets by name. */
export const PRESETS: { readonly [Name in PresetName]: Preset } = {
  'tflm-micro-speech': tflmMicroSpeech,
  'mlperf-kws': mlperfKws,
  'mlperf-ad': mlperfAd,
  librosa,
  'librosa-mfcc': librosaMfcc,
  'edge-impulse-mfe': edgeImpulseMfe,
  'edge-impulse-mfcc': edgeImpulseMfcc,
  'edge-impulse-spectral': edgeImpulseSpectral,
};

function isPlain(options: StepOptions): options is PlainStepOptions {
  return options.step !== 'preset';
}

/** The steps of a preset. Throws `bad-step` (usage) for a rate at which it has no frequencies. */
export function presetSteps(
  name: PresetName,
  rate: number = PRESETS[name].rate,
): readonly PlainStepOptions[] {
  const steps = PRESETS[name].steps(rate).map((step) => stepSchema.safeParse(step));
  const failure = steps.find(({ success }) => !success);
  if (failure?.error !== undefined) {
    throw usageError(
      'bad-step',
      `The preset "${name}" makes no features of ${counted(rate, 'reading')} in a second: ${failure.error.issues[0].message}.`,
      `It is made for ${PRESETS[name].rate}; record faster, or take another preset: ${PRESET_NAMES.join(', ')}.`,
    );
  }
  return steps.flatMap(({ data }) => (data !== undefined && isPlain(data) ? [data] : []));
}

/** With the steps that presets among them stand for. */
export function expandPresets(steps: readonly StepOptions[]): readonly PlainStepOptions[] {
  return steps.flatMap((options) => (isPlain(options) ? [options] : presetSteps(options.name, options.rate)));
}
