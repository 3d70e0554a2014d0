/** The generated files that both layouts have. */

import { cArrayFiles } from '../c-array/c-array-files.ts';
import type { Firmware, FirmwareFile, FirmwareTensor } from './firmware.ts';
import { goldenVectorFiles } from './golden-vectors.ts';
import { modelIoFiles } from './model-io.ts';
import { modelSettingsFile } from './model-settings.ts';
import { checkArrayName, checkListeningName } from './names.ts';
import { opResolverFile } from './op-resolver.ts';
import { prepareInputFiles } from './preparation/prepare-input.ts';
import { selfTestFiles } from './self-test.ts';
import type { SourceExtension } from './source-file.ts';
import { listens, streamFiles } from './streams/listening-code.ts';
import { textLineFiles } from './text-line.ts';

function fact({ name, shape, element, quant }: FirmwareTensor) {
  return { name, shape, dtype: element, ...(quant === undefined ? {} : { quant }) };
}

/** What listens has the steps of its preparation in a header. */
function preparationFiles(firmware: Firmware, extension: SourceExtension): FirmwareFile[] {
  if (listens(firmware)) return streamFiles(firmware);
  const { preparation } = firmware;
  return preparation === undefined ? [] : prepareInputFiles(preparation, extension);
}

export function commonFiles(firmware: Firmware, extension: SourceExtension): FirmwareFile[] {
  const { model, arrayName, inputs, outputs } = firmware;
  checkArrayName(arrayName);
  if (listens(firmware)) checkListeningName(arrayName);
  const facts = { inputs: inputs.map(fact), outputs: outputs.map(fact) };
  const style = extension === 'cpp' ? 'arduino' : 'tflm';
  return [
    ...cArrayFiles(model, facts, { name: arrayName, style }),
    modelSettingsFile(firmware),
    ...modelIoFiles(firmware, extension),
    ...preparationFiles(firmware, extension),
    opResolverFile(firmware),
    ...goldenVectorFiles(firmware, extension),
    ...selfTestFiles(firmware, extension),
    ...textLineFiles(extension),
  ];
}
