/** `tinyml report`: the project, brought up to date, as one HTML page. */

import { basename } from 'node:path';
import { interruptedError } from '../../core/errors.ts';
import { projectReport } from '../../stages/report/project-report.ts';
import type { ReportJson } from '../printed-json.ts';
import { printable } from '../render/printable.ts';
import { formatCount } from '../render/table.ts';
import type { Session } from '../terminal/session.ts';
import { openProject } from '../workspace/project.ts';
import { publishBytes } from '../workspace/publish.ts';

/** Options of `tinyml report`. */
export interface ReportFlags {
  readonly output: string;
}

/** Makes what is missing first, with the options that earlier commands gave. */
export async function reportAction(session: Session, { output }: ReportFlags): Promise<void> {
  const { config, folder, store, pipeline } = openProject(session);
  await pipeline.require({ stage: 'evaluate' });
  if (session.signal.aborted) {
    throw interruptedError('interrupted', 'Stopped before the report', '"tinyml report" goes on.');
  }
  const page = await projectReport(store, { name: basename(folder), target: config.check.target });
  const written = publishBytes(session, page, output);
  const bytes = new TextEncoder().encode(page).length;
  session.emit<ReportJson>(`${printable(written)}: ${formatCount(bytes)} bytes\n`, { written, bytes });
}
