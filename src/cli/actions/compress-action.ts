/** `tinyml compress`: the project's trained model, or any float model, made smaller by methods in their order. */

import { usageError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { readCompression } from '../../stages/stage-reports.ts';
import type { CompressJson } from '../printed-json.ts';
import { renderCompression } from '../render/compression.ts';
import { renderOutcome } from '../render/outcome.ts';
import type { Session } from '../terminal/session.ts';
import { requireModelFile } from '../workspace/model-bytes.ts';
import { openProject } from '../workspace/project.ts';
import { type CompressFileFlags, compressFile } from './compress-file.ts';
import { summaryOf } from './stage-action.ts';

/** Options of `tinyml compress`. */
export interface CompressFlags extends CompressFileFlags {
  readonly force?: true;
}

/** Refuses what only a model file is compressed with: passing over it would look like doing it. */
function refuseFileFlags({ seed: _, force: __, ...flags }: CompressFlags): void {
  const [first] = Object.keys(flags);
  if (first === undefined) return;
  const flag = first.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw usageError(
    'needs-model-file',
    `--${flag} needs a model file, and none is given`,
    'The methods of a project stand in its file, under "training": { "compress": [ … ] }; its samples are its own.',
  );
}

async function compressProject(session: Session, flags: CompressFlags): Promise<void> {
  refuseFileFlags(flags);
  const { pipeline } = openProject(session);
  const { seed, force } = flags;
  const outcome = await pipeline.run('compress', given({ seed }), { force });
  const summary = summaryOf(session, outcome);
  const table = readCompression(outcome.artifact);
  session.emit<CompressJson>(() => renderOutcome(summary, renderCompression(table, session.columns), []), {
    ...summary,
    written: [],
    ...table,
  });
}

/** Prints what each method did; of a model file, the compressed one is written. */
export async function compressAction(
  session: Session,
  model: string | undefined,
  flags: CompressFlags,
): Promise<void> {
  requireModelFile(session, model);
  if (model === undefined) return compressProject(session, flags);
  if (flags.force === true) {
    throw usageError(
      'needs-project',
      "--force is for the project's model, and a model file is given",
      'Leave --force out.',
    );
  }
  return compressFile(session, model, flags);
}
