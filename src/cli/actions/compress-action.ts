/** `tinyml compress`: the project's trained model, made smaller by the methods that the project lists. */

import { readCompression } from '../../stages/stage-reports.ts';
import type { CompressJson } from '../printed-json.ts';
import { renderCompression } from '../render/compression.ts';
import { renderOutcome } from '../render/outcome.ts';
import type { Session } from '../terminal/session.ts';
import { openProject } from '../workspace/project.ts';
import { summaryOf } from './stage-action.ts';

/** Options of `tinyml compress`. */
export interface CompressFlags {
  readonly seed?: number;
  readonly force?: true;
}

/** Prints what each method did. */
export async function compressAction(
  session: Session,
  { force, ...overrides }: CompressFlags,
): Promise<void> {
  const { pipeline } = openProject(session);
  const outcome = await pipeline.run('compress', overrides, { force });
  const summary = summaryOf(session, outcome);
  const table = readCompression(outcome.artifact);
  session.emit<CompressJson>(() => renderOutcome(summary, renderCompression(table, session.columns), []), {
    ...summary,
    written: [],
    ...table,
  });
}
