/** The generated files that both layouts have. */

import { cArrayFiles } from '../c-array/c-array-files.ts';
import type { Firmware, FirmwareFile, FirmwareTensor } from './firmware.ts';
import { goldenVectorFiles } from './golden-vectors.ts';
import { modelIoFiles } from './model-io.ts';
import { modelSettingsFile } from './model-settings.ts';
import { checkArrayName } from './names.ts';
import { opResolverFile } from './op-resolver.ts';
import { prepareInputFiles } from './preparation/prepare-input.ts';
import { selfTestFiles } from './self-test.ts';
import type { SourceExtension } from './source-file.ts';
import { textLineFiles } from './text-line.ts';

function fact({ name, shape, element, quant }: FirmwareTensor) {
  return { name, shape, dtype: element, ...(quant === undefined ? {} : { quant }) };
}

export function commonFiles(firmware: Firmware, extension: SourceExtension): FirmwareFile[] {
  const { model, arrayName, inputs, outputs, preparation } = firmware;
  checkArrayName(arrayName);
  const facts = { inputs: inputs.map(fact), outputs: outputs.map(fact) };
  const style = extension === 'cpp' ? 'arduino' : 'tflm';
  return [
    ...cArrayFiles(model, facts, { name: arrayName, style }),
    modelSettingsFile(firmware),
    ...modelIoFiles(firmware, extension),
    ...(preparation === undefined ? [] : prepareInputFiles(preparation, extension)),
    opResolverFile(firmware),
    ...goldenVectorFiles(firmware, extension),
    ...selfTestFiles(firmware, extension),
    ...textLineFiles(extension),
  ];
}
