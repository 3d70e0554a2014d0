/** What firmware that listens says besides, and whether the model is one that can. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import { preparedShape } from '../../core/samples/preparation.ts';
import { rowsTaken } from '../../core/samples/streaming.ts';
import { formatShape } from '../../core/tensor.ts';
import { isReal, isStepped, type ModelFacts } from '../../targets/firmware/firmware.ts';
import type { FirmwareStream } from '../../targets/firmware/streams/firmware-stream.ts';
import type { FirmwareData } from './model-facts.ts';

/** How readings become inputs. What listens does every step itself, an offset and a scale too. */
export function preparingFacts({
  stream,
  normalization,
  preparation,
}: FirmwareData): Pick<ModelFacts, 'normalization' | 'preparation' | 'stream'> {
  return stream === undefined
    ? given({ normalization, preparation })
    : { preparation: stream.preparation, stream };
}

function checkEnds({ inputs, outputs }: Pick<ModelFacts, 'inputs' | 'outputs'>): void {
  const [input, output] = [inputs[0], outputs[0]];
  if (inputs.length !== 1 || outputs.length !== 1 || !isReal(input)) {
    throw unsupportedError(
      'stream-ends',
      `The model has ${counted(inputs.length, 'input')} and ${counted(outputs.length, 'output')}, and what listens takes one of each, the input real numbers.`,
      'Export it without a stream.',
    );
  }
  if (output.element === 'int8' && isStepped(output)) return;
  throw unsupportedError(
    'stream-output',
    `The model's output is ${output.element}, and what listens decides with int8.`,
    'Convert it with "tinyml convert --int8".',
  );
}

/**
 * Throws `stream-ends` and `stream-output` (unsupported), `stream-input` and `stream-classes` (input) for a model that does not
 * fit what it is to listen for.
 */
export function checkStream(
  { preparation, every, decision, labels }: FirmwareStream,
  ends: Pick<ModelFacts, 'inputs' | 'outputs'>,
): void {
  checkEnds(ends);
  const [{ shape, length }] = ends.inputs;
  const prepared = preparedShape(preparation);
  if (rowsTaken(preparation, every, length) === undefined) {
    throw inputError(
      'stream-input',
      `The model takes ${formatShape(shape)}, and readings are prepared to ${formatShape(prepared)}.`,
      'Give the model that was trained on data prepared like this.',
    );
  }
  const outputs = decision.threshold === undefined ? ends.outputs[0].length : 1;
  if (decision.threshold !== undefined && ends.outputs[0].length !== length) {
    throw inputError(
      'stream-input',
      `The model takes ${counted(length, 'number')} and gives ${ends.outputs[0].length}, so it cannot give its input again.`,
      'Make the settings again with "tinyml run".',
    );
  }
  if ([decision.on, decision.off, labels].every((one) => one.length === outputs)) return;
  throw inputError(
    'stream-classes',
    `What is to be heard is said of ${counted(decision.on.length, 'output')}, and the model has ${outputs}.`,
    'Make the settings again with "tinyml run".',
  );
}
