/** Names of what the generated files share. A model with one input says `kInputScale`, one with several `kInputMotionScale`. */

import { type TinymlError, usageError } from '../../core/errors.ts';
import { type EndRole, endNames } from '../c-array/end-names.ts';
import type { Firmware, FirmwareTensor } from './firmware.ts';

/** An input or output together with its names. */
export interface NamedTensor extends FirmwareTensor {
  readonly index: number;
  /** `kInput`, `kOutputEnergy`: constants begin with it. */
  readonly constant: string;
  /** `input`, `output_energy`: functions end with it. */
  readonly variable: string;
  /** Of the golden vectors: `kGoldenInput`. */
  readonly golden: string;
}

function named(role: EndRole, tensors: readonly FirmwareTensor[]): NamedTensor[] {
  const names = endNames(
    role,
    tensors.map(({ name }) => name),
  );
  return tensors.map((tensor, index) => {
    const { variable, camel } = names[index];
    return { ...tensor, index, constant: `k${camel}`, variable, golden: `kGolden${camel}` };
  });
}

export function namedInputs({ inputs }: Firmware): NamedTensor[] {
  return named('input', inputs);
}

export function namedOutputs({ outputs }: Firmware): NamedTensor[] {
  return named('output', outputs);
}

/** Names of the generated code, of the Arduino core and of TFLM that an array must not take from them. */
const TAKEN = new Set(
  `setup loop Serial tflite std argmax self_test normalize_input prepare_input register_operators run_inference print_line print_verdict verdict
  read_sample sample_value add_squared_error is_anomaly tensor_arena interpreter model
  open_model ready_interpreter problem line tensor OpResolver TextLine MicroPrintf int8_t uint8_t
  int16_t int32_t int64_t uint32_t size_t memcpy`.split(/\s+/),
);

/** Throws `bad-c-name` where the array's name stands for something else in the generated files. */
export function checkArrayName(name: string): void {
  const generated =
    /^(k(Input|Output|Golden|Vector|Model|Tensor|Label|Normalization|Number|Anomaly|Reading|Resource|Preparation|Categories)[A-Za-z0-9]*|(read|sample|prepare|quantize|dequantize)_(input|output)(_\w+)?)$/;
  if (TAKEN.has(name) || generated.test(name)) throw takenName(name);
}

/** The same for firmware that listens. */
export function checkListeningName(name: string): void {
  if (/^(stream(_\w+)?|sensor_(begin|read|lost)|listening|listen|answer|tell_lost|reset_stream)$/.test(name))
    throw takenName(name);
}

function takenName(name: string): TinymlError {
  return usageError(
    'bad-c-name',
    `The array name ${JSON.stringify(name)} is the name of something else in the generated code.`,
    'Give another one with --name, for example "g_model".',
  );
}
