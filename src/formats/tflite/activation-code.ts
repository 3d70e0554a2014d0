/** Fused activations as the file numbers them. */

import { unsupportedError } from '../../core/errors.ts';
import type { FusedActivation } from '../../ops/fused-activation.ts';
import { ActivationFunctionType } from './generated/tflite_generated.ts';

const CODES: Readonly<Record<FusedActivation, ActivationFunctionType>> = {
  none: ActivationFunctionType.NONE,
  relu: ActivationFunctionType.RELU,
  relu6: ActivationFunctionType.RELU6,
  relu_n1_to_1: ActivationFunctionType.RELU_N1_TO_1,
};

function activationOf(code: ActivationFunctionType): FusedActivation {
  for (const [activation, known] of Object.entries(CODES)) {
    if (known === code) return activation as FusedActivation;
  }
  throw unsupportedError(
    'unsupported-activation',
    `fuses the activation ${ActivationFunctionType[code] ?? code}, which TensorFlow Lite Micro does not compute`,
    'Make the activation a layer of its own.',
  );
}

interface Fused {
  readonly activation: FusedActivation;
}

/** The attribute of options that have it. */
export function fused(options: { fusedActivationFunction(): ActivationFunctionType }): Fused {
  return { activation: activationOf(options.fusedActivationFunction()) };
}

/** The field of such options. */
export function fusedField({ activation }: Fused): { fused_activation_function: number } {
  return { fused_activation_function: CODES[activation] };
}
