/** `tinyml export-c`, for the project's model and for any file. */

import { join, resolve } from 'node:path';
import { readInputFile } from '../artifacts/files.ts';
import type { Artifact } from '../artifacts/store.ts';
import { withErrorContext } from '../core/errors.ts';
import { exportModel } from '../stages/export-c.ts';
import { given } from './arguments.ts';
import type { CliIo } from './io.ts';
import { openProject } from './project.ts';
import { publishBytes, publishFile } from './publish.ts';
import { runStageCommand } from './stage-command.ts';
import { createTerminalReporter } from './terminal-reporter.ts';

export interface ExportFlags {
  readonly output?: string;
  readonly name?: string;
  readonly style?: 'tflm' | 'arduino';
  readonly json?: boolean;
}

/** Puts the files of an export artifact into a folder. */
export function publishExport(io: CliIo, artifact: Artifact, directory: string): readonly string[] {
  return artifact.manifest.files.map(({ path }) => publishFile(io, artifact, path, join(directory, path)));
}

export async function exportProject(io: CliIo, { output, name, style, json }: ExportFlags): Promise<void> {
  await runStageCommand(io, 'export-c', given({ name, style }), json === true, ({ outcome, config }) =>
    publishExport(io, outcome.artifact, output ?? config.export.directory),
  );
}

export async function exportFile(
  io: CliIo,
  model: string,
  { output, name, style, json }: ExportFlags,
): Promise<void> {
  const { config } = openProject(io, createTerminalReporter(io));
  const bytes = readInputFile(resolve(io.cwd, model), 'a .tflite file');
  const files = withErrorContext(model, () =>
    exportModel(bytes, { style: style ?? config.export.style, name: name ?? config.export.name }),
  );
  const directory = output ?? config.export.directory;
  const written = Object.entries(files).map(([path, text]) => publishBytes(io, text, join(directory, path)));
  io.stdout.write(
    json === true
      ? `${JSON.stringify({ model, modelBytes: bytes.length, written })}\n`
      : `${written.join('\n')}\n`,
  );
}
