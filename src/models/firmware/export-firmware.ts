/** Complete firmware for any `.tflite` file that tinyml computes, as files by path. */

import { arenaBytes, type Firmware } from '../../targets/firmware/firmware.ts';
import type { Library } from '../../targets/tflm/operators.ts';
import { type FirmwareOptions, firmwareFiles, firmwareWarning, makeFirmware } from './make-firmware.ts';
import type { FirmwareData } from './model-facts.ts';

/** Of one export; more take longer to compile and upload than they can tell. */
export const MAX_VECTORS = 1000;

/** What there is to say of firmware in numbers. A type, not an interface, because stages take it for their metrics. */
export type FirmwareFigures = {
  readonly modelBytes: number;
  readonly library: Library;
  readonly arenaBytes: number;
  /** Different ones. */
  readonly operators: number;
  readonly vectors: number;
};

/** What an export made: files by path, and its figures. */
export interface Exported {
  readonly files: Record<string, string>;
  readonly metrics: FirmwareFigures;
  readonly warning?: string;
}

function figures(firmware: Firmware): FirmwareFigures {
  const { model, library, arena, operators, vectors } = firmware;
  return {
    modelBytes: model.length,
    library,
    arenaBytes: arenaBytes(arena),
    operators: operators.length,
    vectors: vectors.length,
  };
}

/** Complete firmware for any `.tflite` file that tinyml computes. */
export function exportFirmware(model: Uint8Array, options: FirmwareOptions, data: FirmwareData): Exported {
  const firmware = makeFirmware(model, options, data);
  const files = firmwareFiles(firmware, options).map(({ path, text }) => [path, text]);
  const warning = firmwareWarning(firmware);
  return {
    files: Object.fromEntries(files),
    metrics: figures(firmware),
    ...(warning === undefined ? {} : { warning }),
  };
}
