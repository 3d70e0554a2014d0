/** What firmware of TensorFlow Lite Micro does when it listens: its files, and the functions that both applications share. */

import { streamPlan } from '../../../core/samples/streaming.ts';
import { prepareHeader } from '../../c/project/prepare-header.ts';
import { type Firmware, type FirmwareFile, isStepped } from '../firmware.ts';
import { TENSOR_FIELDS } from '../tensor-fields.ts';
import type { FirmwareStream } from './firmware-stream.ts';
import type { SensorPlace } from './sensors/sensor.ts';
import { streamHeader } from './stream-header.ts';
import { HEARD, LOST } from './stream-lines.ts';
import { FIRMWARE_STREAM } from './stream-names.ts';

export type ListeningFirmware = Firmware & { readonly stream: FirmwareStream };

export function listens(firmware: Firmware): firmware is ListeningFirmware {
  return firmware.stream !== undefined;
}

/** The stream and the steps that it calls: headers of C, for the one source that listens. */
export function streamFiles({ stream, inputs, outputs }: ListeningFirmware): FirmwareFile[] {
  const [[input], [output]] = [inputs, outputs];
  if (!isStepped(output)) throw new Error('a model listens whose output has no scale');
  return [
    {
      path: 'stream_prepare.h',
      text: prepareHeader(stream.preparation, { name: 'stream', macro: 'STREAM' }),
    },
    { path: 'stream.h', text: streamHeader(stream, { input, output }, FIRMWARE_STREAM) },
  ];
}

/** What sensors are written for. */
export function sensorPlace({ stream }: ListeningFirmware): SensorPlace {
  return { macro: 'STREAM', header: 'stream.h', stream, plan: streamPlan(stream.preparation) };
}

/** Headers that an application includes besides. */
export const LISTENING_HEADERS = '#include "sensor.h"\n#include "stream.h"\n';

/** `reset_stream` and `answer`; the lines of a sensor that does not answer and of what was lost are the application's. */
export function answerFunctions({ isStateful, inputs: [input] }: ListeningFirmware): string {
  const reset = isStateful ? '  return interpreter.Reset() == kTfLiteOk;\n' : '  return true;\n';
  return `struct stream listening;

// Begins to listen. False where the interpreter cannot.
bool reset_stream(${isStateful ? 'tflite::MicroInterpreter& interpreter' : ''}) {
  stream_reset(&listening);
${reset}}

// Asks the model of the latest sample, and prints what begins to be heard. False when Invoke() fails.
bool answer(tflite::MicroInterpreter& interpreter) {
  stream_sample(&listening, interpreter.input(0)->data.${TENSOR_FIELDS[input.element]});
  if (interpreter.Invoke() != kTfLiteOk) return false;
  const struct stream_verdict verdict = stream_decide(&listening, interpreter.output(0)->data.int8);
  if (verdict.begins >= 0) {
    TextLine line;
    line.add("${HEARD}").add(stream_label(verdict.begins)).add(" ");
    line.add_real(stream_score(&listening, verdict.begins));
    print_line(line.text());
  }
  return true;
}

// Tells when more readings were lost.
void tell_lost() {
  static uint32_t told = 0;
  if (sensor_lost() == told) return;
  told = sensor_lost();
  TextLine line;
  line.add("${LOST}").add_integer(static_cast<int32_t>(told));
  print_line(line.text());
}
`;
}
