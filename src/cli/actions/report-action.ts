/** `tinyml report`: the project as one HTML page, brought up to date and written, or served and followed. */

import { basename } from 'node:path';
import { interruptedError, usageError } from '../../core/errors.ts';
import { given } from '../../core/given.ts';
import { projectReport } from '../../stages/report/project-report.ts';
import { reportState } from '../../stages/report/report-artifacts.ts';
import type { ReportJson } from '../printed-json.ts';
import { printable } from '../render/printable.ts';
import { formatCount } from '../render/table.ts';
import type { Session } from '../terminal/session.ts';
import { openProject, type Project } from '../workspace/project.ts';
import { publishBytes } from '../workspace/publish.ts';
import { serveReport } from '../workspace/report-server.ts';

/** Options of `tinyml report`. */
export interface ReportFlags {
  readonly output: string;
  readonly watch?: true;
  readonly port?: number;
}

function optionsOf({ folder, config }: Project) {
  const { optimize, huffman } = config.export;
  return {
    name: basename(folder),
    target: config.check.target,
    listens: config.stream !== undefined,
    ...given({ optimize, huffman }),
  };
}

/** The page of a project that is up to date, written. */
export async function publishReport(
  session: Session,
  project: Project,
  output: string,
): Promise<{ readonly written: string; readonly bytes: number }> {
  const page = await projectReport(project.store, optionsOf(project));
  return { written: publishBytes(session, page, output), bytes: new TextEncoder().encode(page).length };
}

/** Makes what is missing first, with the options that earlier commands gave. */
async function writeReport(session: Session, project: Project, output: string): Promise<void> {
  await project.pipeline.require({ stage: 'evaluate' });
  if (session.signal.aborted) {
    throw interruptedError('interrupted', 'Stopped before the report', '"tinyml report" goes on.');
  }
  const { written, bytes } = await publishReport(session, project, output);
  session.emit<ReportJson>(`${printable(written)}: ${formatCount(bytes)} bytes\n`, { written, bytes });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Shows what there is, and makes nothing itself. */
async function watchProject(session: Session, project: Project, port: number | undefined): Promise<void> {
  const { store } = project;
  const server = await serveReport(
    {
      state: () => reportState(store),
      page: () => projectReport(store, { ...optionsOf(project), followed: true }),
    },
    port,
  );
  try {
    session.emit<ReportJson>(
      `${server.url} follows the project in ${printable(session.shown(project.folder))}; Ctrl-C ends it.\n`,
      { url: server.url },
    );
    await untilAborted(session.signal);
  } finally {
    await server.close();
  }
}

/** Writes the page, or with --watch serves it until the user stops it. */
export async function reportAction(session: Session, { output, watch, port }: ReportFlags): Promise<void> {
  if (port !== undefined && watch !== true) {
    throw usageError('no-watch', '--port is of a page that is served', 'Add --watch.');
  }
  const project = openProject(session);
  if (watch === true) await watchProject(session, project, port);
  else await writeReport(session, project, output);
}
