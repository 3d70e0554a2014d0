/** `tinyml export-c`, for the project's model and for any file. */

import { basename, join, resolve } from 'node:path';
import type { Artifact } from '../../artifacts/store.ts';
import { usageError, withErrorContext } from '../../core/errors.ts';
import type { Reporter } from '../../core/reporter.ts';
import { exportModel } from '../../models/firmware/export-array.ts';
import { exportFirmware, MAX_VECTORS } from '../../models/firmware/export-firmware.ts';
import type { ProjectConfig } from '../../stages/config.ts';
import { firmwareOptions } from '../../stages/export-c.ts';
import { checkSketchName } from '../../targets/firmware/arduino-sketch.ts';
import { checkLabels } from '../../targets/firmware/labels.ts';
import { checkArrayName } from '../../targets/firmware/names.ts';
import type { FirmwareFlags } from '../commands/firmware-options.ts';
import { given } from '../commands/option-values.ts';
import type { CliIo } from '../terminal/io.ts';
import { createTerminalReporter } from '../terminal/terminal-reporter.ts';
import { readModelBytes } from '../workspace/model-bytes.ts';
import { openProject } from '../workspace/project.ts';
import { publishBytes, publishFile } from '../workspace/publish.ts';
import { publishFirmware } from '../workspace/publish-firmware.ts';
import { runStageCommand } from './stage-action.ts';

export interface ExportFlags extends FirmwareFlags {
  readonly output?: string;
  readonly name?: string;
  readonly style?: 'tflm' | 'arduino';
  readonly json?: boolean;
}

/** Puts the files of an export artifact into a folder. */
export function publishExport(io: CliIo, artifact: Artifact, directory: string): readonly string[] {
  return artifact.manifest.files.map(({ path }) => publishFile(io, artifact, path, join(directory, path)));
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

/** Where the firmware goes, and the options that say what it is; undefined where only the array is wanted. */
function firmwareRequest(io: CliIo, flags: ExportFlags) {
  const { arduino, tflm, output, style, library, labels, vectors, force } = flags;
  const directory = arduino ?? tflm;
  const hint = 'See "tinyml export-c --help".';
  if (directory === undefined) {
    if (library === undefined && labels === undefined && vectors === undefined && force === undefined) return;
    throw usageError(
      'firmware-only',
      '--library, --labels, --vectors and --force need --arduino or --tflm',
      hint,
    );
  }
  if ([arduino, tflm, style ?? output].filter((flag) => flag !== undefined).length > 1) {
    throw usageError('one-layout', 'Give one of --arduino, --tflm, and --style with --output', hint);
  }
  if (library !== undefined && arduino === undefined) {
    throw usageError('firmware-only', '--library goes with --arduino', hint);
  }
  const layout = arduino === undefined ? { layout: 'tflm' as const } : { layout: 'arduino' as const };
  const sketch = arduino === undefined ? undefined : basename(resolve(io.cwd, arduino));
  checkFirmwareFlags(flags, sketch);
  return {
    target: { directory, force: force === true },
    options: { ...layout, ...given({ library, sketch, labels, vectors }) },
  };
}

export async function exportProject(io: CliIo, flags: ExportFlags): Promise<void> {
  const { output, name, style, json } = flags;
  const request = firmwareRequest(io, flags);
  const overrides = given({ name, style, ...request?.options });
  await runStageCommand(io, 'export-c', overrides, json === true, ({ outcome: { artifact }, config }) => {
    if (request === undefined) return publishExport(io, artifact, output ?? config.export.directory);
    const files = new Map(artifact.manifest.files.map(({ path }) => [path, artifact.read(path)]));
    return publishFirmware(io, createTerminalReporter(io), files, request.target);
  });
}

interface FileExport {
  readonly written: readonly string[];
  readonly metrics: Readonly<Record<string, number | string>>;
}

function exportFileFirmware(
  io: CliIo,
  report: Reporter,
  model: Uint8Array,
  name: string,
  seed: number,
  { target, options }: NonNullable<ReturnType<typeof firmwareRequest>>,
): FileExport {
  const { files, metrics, warning } = exportFirmware(model, firmwareOptions(name, options), { seed });
  if (warning !== undefined) report.warn(warning);
  const encoded = new Map(
    Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]),
  );
  return { written: publishFirmware(io, report, encoded, target), metrics };
}

function exportFileArray(
  io: CliIo,
  model: Uint8Array,
  name: string,
  { style, output }: ExportFlags,
  { export: defaults }: ProjectConfig,
): FileExport {
  const files = exportModel(model, { style: style ?? defaults.style, name });
  const directory = output ?? defaults.directory;
  return {
    written: Object.entries(files).map(([path, text]) => publishBytes(io, text, join(directory, path))),
    metrics: { modelBytes: model.length },
  };
}

export async function exportFile(io: CliIo, model: string, flags: ExportFlags): Promise<void> {
  const request = firmwareRequest(io, flags);
  const reporter = createTerminalReporter(io);
  const { config } = openProject(io, reporter);
  const bytes = readModelBytes(io, model);
  const name = flags.name ?? config.export.name;
  const { written, metrics } = withErrorContext(model, () =>
    request === undefined
      ? exportFileArray(io, bytes, name, flags, config)
      : exportFileFirmware(io, reporter, bytes, name, config.seed, request),
  );
  io.stdout.write(
    flags.json === true ? `${JSON.stringify({ model, ...metrics, written })}\n` : `${written.join('\n')}\n`,
  );
}
