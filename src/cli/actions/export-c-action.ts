/** `tinyml export-c`, for the project's model and for any file. */

import { basename, join } from 'node:path';
import { usageError, withErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { exportArray } from '../../models/firmware/export-array.ts';
import { exportFirmware, MAX_VECTORS } from '../../models/firmware/export-firmware.ts';
import { tflmRefusal } from '../../models/tflm-model.ts';
import type { ProjectConfig } from '../../stages/config.ts';
import { firmwareOptions } from '../../stages/export-c.ts';
import type { CArrayStyle } from '../../targets/c-array/array-style.ts';
import { checkSketchName } from '../../targets/firmware/arduino-sketch.ts';
import { checkLabels } from '../../targets/firmware/labels.ts';
import type { ArduinoLibrary } from '../../targets/firmware/libraries.ts';
import { checkArrayName } from '../../targets/firmware/names.ts';
import type { ExportFigures, ExportJson } from '../printed-json.ts';
import { printable } from '../render/printable.ts';
import type { Session } from '../terminal/session.ts';
import { readModelBytes } from '../workspace/model-bytes.ts';
import { readProject } from '../workspace/project.ts';
import { publishExport } from '../workspace/publish-project.ts';
import { publishSources, type SourceTarget } from '../workspace/publish-sources.ts';
import { runStage } from './stage-action.ts';

/** Options of `tinyml export-c`. */
export interface ExportFlags {
  readonly output?: string;
  readonly name?: string;
  readonly style?: CArrayStyle;
  /** Folder of a sketch. */
  readonly arduino?: string;
  /** Folder of sources for TensorFlow Lite Micro. */
  readonly tflm?: string;
  readonly library?: ArduinoLibrary;
  readonly labels?: readonly string[];
  readonly vectors?: number;
  readonly force?: boolean;
}

/** What can be wrong with the flags alone is found before anything is trained. */
function checkFirmwareFlags(flags: ExportFlags, sketch: string | undefined): void {
  const { name, labels, vectors } = flags;
  if (sketch !== undefined) checkSketchName(sketch);
  if (name !== undefined) checkArrayName(name);
  if (labels !== undefined) checkLabels(labels);
  if (vectors !== undefined && (vectors < 1 || vectors > MAX_VECTORS)) {
    throw usageError(
      'bad-vectors',
      `--vectors ${vectors} is not between 1 and ${MAX_VECTORS}`,
      'Eight are enough to tell a wrong build.',
    );
  }
}

/** Where the firmware goes, and the options that say what it is. */
interface FirmwareRequest {
  readonly target: SourceTarget;
  readonly options: Parameters<typeof firmwareOptions>[1];
}

/** Undefined where only the array is wanted. */
function firmwareRequest(session: Session, flags: ExportFlags): FirmwareRequest | undefined {
  const { arduino, tflm, output, style, library, labels, vectors, force } = flags;
  const directory = arduino ?? tflm;
  const hint = 'See "tinyml export-c --help".';
  if (directory === undefined) {
    if (library === undefined && labels === undefined && vectors === undefined) return;
    throw usageError('firmware-only', '--library, --labels and --vectors need --arduino or --tflm', hint);
  }
  if ([arduino, tflm, style ?? output].filter((flag) => flag !== undefined).length > 1) {
    throw usageError('one-layout', 'Give one of --arduino, --tflm, and --style with --output', hint);
  }
  if (library !== undefined && arduino === undefined) {
    throw usageError('firmware-only', '--library goes with --arduino', hint);
  }
  const layout = arduino === undefined ? { layout: 'tflm' as const } : { layout: 'arduino' as const };
  const sketch = arduino === undefined ? undefined : basename(session.absolute(arduino));
  checkFirmwareFlags(flags, sketch);
  return {
    target: { directory, force: force === true },
    options: { ...layout, ...given({ library, sketch, labels, vectors }) },
  };
}

async function exportProject(session: Session, flags: ExportFlags): Promise<void> {
  const { output, name, style, force = false } = flags;
  const request = firmwareRequest(session, flags);
  const overrides = given({ name, style, ...request?.options });
  await runStage(session, 'export-c', overrides, ({ artifact, config, folder }) => {
    const directory = output ?? join(folder, config.export.directory);
    return publishExport(session, artifact, request?.target ?? { directory, force });
  });
}

interface FileExport {
  readonly written: readonly string[];
  readonly metrics: ExportFigures;
}

function published(
  session: Session,
  files: Readonly<Record<string, string>>,
  target: SourceTarget,
): readonly string[] {
  const encoded = Object.entries(files).map(
    ([path, text]) => [path, new TextEncoder().encode(text)] as const,
  );
  return publishSources(session, new Map(encoded), target);
}

function exportFileFirmware(
  session: Session,
  model: Uint8Array,
  name: string,
  seed: number,
  { target, options }: FirmwareRequest,
): FileExport {
  const { files, metrics, warning } = exportFirmware(model, firmwareOptions(name, options), { seed });
  if (warning !== undefined) session.reporter.warn(warning);
  return { written: published(session, files, target), metrics };
}

function exportFileArray(
  session: Session,
  model: Uint8Array,
  name: string,
  { style, output, force = false }: ExportFlags,
  defaults: ProjectConfig['export'],
): FileExport {
  const files = exportArray(model, { style: style ?? defaults.style, name });
  const refusal = tflmRefusal(model);
  if (refusal !== undefined) session.reporter.warn(refusal);
  return {
    written: published(session, files, { directory: output ?? defaults.directory, force }),
    metrics: { modelBytes: model.length },
  };
}

function exportFile(session: Session, model: string, flags: ExportFlags): void {
  const request = firmwareRequest(session, flags);
  const { config, folder } = readProject(session);
  const bytes = readModelBytes(session, model);
  const name = flags.name ?? config.export.name;
  const { written, metrics } = withErrorContext(model, () =>
    request === undefined
      ? exportFileArray(session, bytes, name, flags, {
          ...config.export,
          directory: join(folder, config.export.directory),
        })
      : exportFileFirmware(session, bytes, name, config.seed, request),
  );
  session.emit<ExportJson>(`${written.map(printable).join('\n')}\n`, { model, ...metrics, written });
}

/**
 * Writes C source of the project's model, or of a file: the array alone, a sketch, or sources for TensorFlow Lite
 * Micro.
 */
export async function exportCAction(
  session: Session,
  model: string | undefined,
  flags: ExportFlags,
): Promise<void> {
  await (model === undefined ? exportProject(session, flags) : exportFile(session, model, flags));
}
