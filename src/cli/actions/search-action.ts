/** `tinyml search`: better networks for the project, within limits. */

import { dirname, join } from 'node:path';
import { usageError } from '../../core/errors.ts';
import { countOf, formatCount } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import { type JsonObject, prettyJson } from '../../core/json.ts';
import type { Reporter } from '../../core/reporter.ts';
import { decodeText, MAX_TEXT_BYTES } from '../../core/text.ts';
import type { ProjectConfig } from '../../stages/config.ts';
import { inputNames } from '../../stages/ends/several-inputs.ts';
import { outputNames } from '../../stages/ends/several-outputs.ts';
import type { SearchPoint } from '../../stages/search/front.ts';
import { limitedCosts, type SearchLimits } from '../../stages/search/limits.ts';
import { type SearchOutcome, searchProject } from '../../stages/search/search.ts';
import { openSearchJournal } from '../../stages/search/search-journal.ts';
import type { SearchMemory } from '../../stages/search/search-memory.ts';
import { defaultSpace } from '../../stages/search/space/default-space.ts';
import { readSearchSpace, type SearchSpace } from '../../stages/search/space/space-schema.ts';
import { sourcesDigest, trialSources } from '../../stages/search/trial-sources.ts';
import { frontPlotSvg } from '../../targets/plots/front-plot.ts';
import type { SearchJson } from '../printed-json.ts';
import { renderSearch } from '../render/search/search.ts';
import type { Session } from '../terminal/session.ts';
import { editProject } from '../workspace/edit-project.ts';
import { readInput } from '../workspace/inputs.ts';
import { openProject, type Project } from '../workspace/project.ts';
import { publishBytes } from '../workspace/publish.ts';
import {
  journalOf,
  movedProject,
  publishPoint,
  requireNew,
  searchFolder,
} from '../workspace/search-files.ts';
import { withChoice } from '../workspace/write-choice.ts';
import { openRunner, type RunnerFlags } from './search-runner.ts';

/** Options of `tinyml search`. */
export interface SearchFlags extends RunnerFlags {
  readonly fit?: SearchLimits;
  readonly space?: string;
  readonly trials?: number;
  readonly minutes?: number;
  readonly seed?: number;
  readonly fresh?: true;
  /** A new file, or the project's own. */
  readonly write?: string | true;
}

/** Where neither trials nor minutes are said. */
const DEFAULT_TRIALS = 64;
const MINUTE_MS = 60_000;

function limitsOf({ check, model }: ProjectConfig, { fit }: SearchFlags): SearchLimits {
  const { flash, ram, arena, maxMacs } = check;
  const ofModel = 'layers' in model ? {} : given({ ...model.fit });
  return { ...given({ flash, ram, arena, macs: maxMacs }), ...ofModel, ...fit };
}

function spaceOf(session: Session, config: ProjectConfig, path: string | undefined): SearchSpace {
  const inputs = inputNames(config);
  if (inputs !== undefined) {
    throw usageError(
      'several-inputs',
      `A search tries networks of one input, and samples of the project have ${inputs.length}: ${inputs.join(', ')}`,
      'Change its layers by hand, and compare with "tinyml check".',
    );
  }
  const outputs = outputNames(config);
  if (outputs !== undefined) {
    throw usageError(
      'several-outputs',
      `A search tries networks of one output, and the project has ${outputs.length}: ${outputs.join(', ')}`,
      'Change its layers by hand, and compare with "tinyml check".',
    );
  }
  if (path === undefined) return defaultSpace(config);
  return readSearchSpace(decodeText(readInput(session, path, 'a search space', MAX_TEXT_BYTES), path), path);
}

/** What takes minutes should not end in a refusal that is known now. */
function requireWritable(session: Session, { file }: Project, write: SearchFlags['write']): void {
  if (typeof write === 'string') requireNew(session, write);
  if (write !== true || file !== undefined) return;
  throw usageError(
    'no-project-file',
    'There is no project file that --write could change',
    'Name a new file: --write better.config.json.',
  );
}

function writeChosen(
  session: Session,
  { file, folder, config }: Project,
  write: SearchFlags['write'],
  chosen: SearchPoint,
): string | undefined {
  if (write === undefined) return undefined;
  if (write === true) {
    return editProject(session, file as string, (text) =>
      withChoice(text, config, chosen.config as JsonObject),
    );
  }
  requireNew(session, write);
  const moved = movedProject(chosen.config as JsonObject, folder, dirname(session.absolute(write)));
  return publishBytes(session, prettyJson(moved), write);
}

function plotOf({ front, chosen, points }: SearchOutcome): string {
  const { metric } = chosen.validation;
  const at = ({ costs, validation: { converted = 0 } }: SearchPoint) => ({ x: costs.flash, y: converted });
  return frontPlotSvg({
    score: `${metric} on validation samples`,
    others: points.filter((point) => !front.includes(point)).map(at),
    front: front.map(at),
    chosen: at(chosen),
  });
}

/** Where only time ends a search, how much of it is over says how far it is. */
function inTime(report: Reporter, minutes: number): Reporter {
  const started = performance.now();
  const total = Math.max(1, Math.round((minutes * MINUTE_MS) / 1000));
  return {
    ...report,
    progress(done, _, detail) {
      const seconds = Math.round((performance.now() - started) / 1000);
      report.progress(Math.min(seconds, total), total, `${countOf(done, 'trial')}  ${detail}`);
    },
  };
}

async function runSearch(
  session: Session,
  project: Project,
  flags: SearchFlags,
  limits: SearchLimits,
): Promise<SearchOutcome> {
  const { config, folder, context } = project;
  const space = spaceOf(session, config, flags.space);
  const seed = flags.seed ?? config.seed;
  const trials = flags.trials ?? (flags.minutes === undefined ? DEFAULT_TRIALS : undefined);
  const files = await trialSources(config, context.listFiles);
  const sources = sourcesDigest(files);
  const journal = journalOf(folder);
  const identity = { project: config, space, seed, sources };
  const timeOver = flags.minutes === undefined ? undefined : AbortSignal.timeout(flags.minutes * MINUTE_MS);
  const signal = AbortSignal.any([session.signal, ...(timeOver === undefined ? [] : [timeOver])]);
  // Before the journal: a queue that cannot be reached leaves it as it is.
  const runner = await openRunner(project, flags, files, { report: session.reporter, signal });
  let memory: SearchMemory | undefined;
  try {
    memory = openSearchJournal(journal, session.shown(journal), identity, flags.fresh === true);
    const report =
      trials === undefined && flags.minutes !== undefined
        ? inTime(session.reporter, flags.minutes)
        : session.reporter;
    session.reporter.step(`search: ${Object.keys(space.knobs).join(', ')}`);
    return await searchProject(
      config,
      { space, limits, seed, trials, sources },
      { ...context, report, runner, memory, timeOver },
    );
  } finally {
    await runner.close();
    memory?.close();
  }
}

/** Prints the front, and leaves it in the folder of the artifacts with a project for each point. */
export async function searchAction(session: Session, flags: SearchFlags): Promise<void> {
  const project = openProject(session);
  requireWritable(session, project, flags.write);
  const limits = limitsOf(project.config, flags);
  if (limitedCosts(limits).length === 0) {
    session.reporter.info('Nothing limits the search; --fit flash=256k,ram=64k says what there is room for.');
  }
  const outcome = await runSearch(session, project, flags, limits);
  const { front, chosen, base, trials, failures } = outcome;
  const folder = searchFolder(project.folder);
  const found = {
    limits,
    seed: flags.seed ?? project.config.seed,
    trials,
    failures,
    front: front.map((point) => ({ ...point, file: publishPoint(session, project.folder, point) })),
    chosen: chosen.trial,
    ...given({ base }),
  };
  const files = ['front.json', 'front.svg'].map((name) => join(folder, name));
  const plot = publishBytes(session, plotOf(outcome), files[1], files[1]);
  const table = publishBytes(session, prettyJson(found), files[0], files[0]);
  const written = writeChosen(session, project, flags.write, chosen);
  const printed: SearchJson = { ...found, table, plot, ...given({ written }) };
  session.emit<SearchJson>(() => renderSearch(printed, session.columns), printed);
  if (failures.length > 0) {
    session.reporter.warn(
      `${formatCount(failures.length)} of ${countOf(trials, 'trial')} failed; trial ${failures[0].trial}: ${failures[0].message}`,
    );
  }
}
