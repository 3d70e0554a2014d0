/** `tinyml export-c`, for the project's model and for any file. */

import { basename, join } from 'node:path';
import { usageError, withErrorContext } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { exportArray } from '../../models/firmware/export-array.ts';
import { MAX_VECTORS } from '../../models/firmware/export-firmware.ts';
import { checkStandaloneName } from '../../models/standalone/standalone-name.ts';
import { tflmRefusal } from '../../models/tflm-model.ts';
import type { ProjectConfig } from '../../stages/config.ts';
import { DEFAULT_LIBRARY, exportSources, nameIn, sourceOptions } from '../../stages/export-c.ts';
import type { HuffmanTime, Optimize } from '../../targets/c/optimize.ts';
import type { Board } from '../../targets/c/project/board.ts';
import type { CArrayStyle } from '../../targets/c-array/array-style.ts';
import { checkSketchName } from '../../targets/firmware/arduino-sketch.ts';
import { checkLabels } from '../../targets/firmware/labels.ts';
import type { ArduinoLibrary } from '../../targets/firmware/libraries.ts';
import { checkArrayName } from '../../targets/firmware/names.ts';
import type { ExportFigures, ExportJson } from '../printed-json.ts';
import { printable } from '../render/printable.ts';
import type { Session } from '../terminal/session.ts';
import { readModelBytes, requireModelFile } from '../workspace/model-bytes.ts';
import { publishExport } from '../workspace/publish-project.ts';
import { publishSources, type SourceTarget } from '../workspace/publish-sources.ts';
import { readProject } from '../workspace/read-project.ts';
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
  /** Folder of C without an interpreter. */
  readonly standalone?: string;
  readonly board?: Board;
  readonly optimize?: Optimize;
  readonly huffman?: HuffmanTime;
  readonly labels?: readonly string[];
  readonly vectors?: number;
  readonly force?: boolean;
}

/** What can be wrong with the flags alone is found before anything is trained. */
function checkSourceFlags(flags: ExportFlags, sketch: string | undefined): void {
  const { name, labels, vectors, standalone } = flags;
  if (sketch !== undefined) checkSketchName(sketch);
  if (name !== undefined) (standalone === undefined ? checkArrayName : checkStandaloneName)(name);
  if (labels !== undefined) checkLabels(labels);
  if (vectors !== undefined && (vectors < 1 || vectors > MAX_VECTORS)) {
    throw usageError(
      'bad-vectors',
      `--vectors ${vectors} is not between 1 and ${MAX_VECTORS}`,
      'Eight are enough to tell a wrong build.',
    );
  }
}

/** Where complete sources go, and the options that say what they are. */
interface SourceRequest {
  readonly target: SourceTarget;
  readonly options: Parameters<typeof sourceOptions>[1];
}

function layoutOf({ arduino, tflm }: ExportFlags): 'arduino' | 'tflm' | 'standalone' {
  if (arduino !== undefined) return 'arduino';
  return tflm === undefined ? 'standalone' : 'tflm';
}

/** Undefined where the flags ask for none. */
function sourceRequest(session: Session, flags: ExportFlags): SourceRequest | undefined {
  const {
    arduino,
    tflm,
    standalone,
    output,
    style,
    library,
    board,
    optimize,
    huffman,
    labels,
    vectors,
    force,
  } = flags;
  const directory = arduino ?? tflm ?? standalone;
  const hint = 'See "tinyml export-c --help".';
  if (directory === undefined) {
    if ([library, board, optimize, huffman, labels, vectors].every((flag) => flag === undefined)) return;
    throw usageError(
      'firmware-only',
      '--library, --board, --optimize, --huffman, --labels and --vectors need --arduino, --tflm or --standalone',
      hint,
    );
  }
  if ([arduino, tflm, standalone, style ?? output].filter((flag) => flag !== undefined).length > 1) {
    throw usageError(
      'one-layout',
      'Give one of --arduino, --tflm, --standalone, and --style with --output',
      hint,
    );
  }
  if (library !== undefined && arduino === undefined) {
    throw usageError('firmware-only', '--library goes with --arduino', hint);
  }
  if (board !== undefined && standalone === undefined) {
    throw usageError('firmware-only', '--board goes with --standalone', hint);
  }
  if (optimize !== undefined && standalone === undefined) {
    throw usageError('firmware-only', '--optimize goes with --standalone', hint);
  }
  if (huffman !== undefined && standalone === undefined) {
    throw usageError('firmware-only', '--huffman goes with --standalone', hint);
  }
  const isSketch = arduino !== undefined || board === 'arduino';
  const sketch = isSketch ? basename(session.absolute(directory)) : undefined;
  checkSourceFlags(flags, sketch);
  return {
    target: { directory, force: force === true },
    options: {
      layout: layoutOf(flags),
      ...given({ library, board, optimize, huffman, sketch, labels, vectors }),
    },
  };
}

async function exportProject(session: Session, flags: ExportFlags): Promise<void> {
  const { output, name, style, force = false } = flags;
  const request = sourceRequest(session, flags);
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

function exportFileSources(
  session: Session,
  model: Uint8Array,
  name: string,
  seed: number,
  { target, options }: SourceRequest,
): FileExport {
  const exported = exportSources(model, sourceOptions(name, options), { seed });
  if ('warning' in exported && exported.warning !== undefined) session.reporter.warn(exported.warning);
  if ('notes' in exported) for (const note of exported.notes) session.reporter.info(note);
  return { written: published(session, exported.files, target), metrics: exported.metrics };
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
  const request = sourceRequest(session, flags);
  const { config, folder } = readProject(session);
  const library = flags.arduino === undefined ? undefined : (flags.library ?? DEFAULT_LIBRARY);
  const bytes = readModelBytes(session, model, library);
  const name = flags.name ?? nameIn(config, request?.options.layout);
  const { written, metrics } = withErrorContext(model, () =>
    request === undefined
      ? exportFileArray(session, bytes, name, flags, {
          ...config.export,
          directory: join(folder, config.export.directory),
        })
      : exportFileSources(session, bytes, name, config.seed, request),
  );
  session.emit<ExportJson>(`${written.map(printable).join('\n')}\n`, { model, ...metrics, written });
}

/**
 * Writes C source of the project's model, or of a file: the array alone, a sketch, sources for TensorFlow Lite Micro, or C
 * that needs no library.
 */
export async function exportCAction(
  session: Session,
  model: string | undefined,
  flags: ExportFlags,
): Promise<void> {
  requireModelFile(session, model);
  await (model === undefined ? exportProject(session, flags) : exportFile(session, model, flags));
}
