/** `tinyml check`: the project's model, or any file, against limits; the table first, then the verdict. */

import { mismatchError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { given } from '../../../core/given.ts';
import {
  type CheckRow,
  type OutputChecks,
  type QualityLimits,
  runChecks,
} from '../../../models/check/run-checks.ts';
import { QUALITY_NAMES } from '../../../stages/config/check-config.ts';
import { outputNames } from '../../../stages/ends/several-outputs.ts';
import type { OutputQuality } from '../../../stages/model-quality.ts';
import type { CheckJson } from '../../printed-json.ts';
import {
  type CheckReport,
  checkNotes,
  failureOf,
  renderCheck,
  renderCheckMarkdown,
} from '../../render/check-report.ts';
import type { Session } from '../../terminal/session.ts';
import { requireModelFile } from '../../workspace/model-bytes.ts';
import { openProject } from '../../workspace/project.ts';
import {
  type CheckFlags,
  clockOf,
  limitsOf,
  outputLimits,
  requireBaseline,
  requireData,
  requireLimits,
  requireOutputs,
  settingsOf,
  withoutDuty,
  withoutQuality,
  withoutQualityFlags,
} from './check-limits.ts';
import { fileSubject, measureBaseline, projectSubject, type Subject } from './check-subject.ts';

/** Every output of a project with several against its limits, and against the baseline's. */
function outputChecks(
  limits: Readonly<Record<string, QualityLimits>> | undefined,
  { qualities }: Subject,
  baseline: readonly OutputQuality[] | undefined,
): readonly OutputChecks[] {
  return qualities.flatMap(({ output, quality }) => {
    if (limits === undefined || output === undefined) return [];
    const other = baseline?.find((one) => one.output === output)?.quality;
    return [{ output, quality, limits: limits[output] ?? {}, baseline: other }];
  });
}

/** Infinite figures are text: JSON cannot hold them. */
function jsonRow(row: CheckRow): CheckJson['checks'][number] {
  const figures = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  ]);
  return { ...Object.fromEntries(figures), ...given({ failure: failureOf(row) }) };
}

function checkJson(report: CheckReport): CheckJson {
  const { rows, ...rest } = report;
  return {
    ...rest,
    ok: rows.every(({ ok }) => ok),
    checks: rows.map(jsonRow),
    notes: checkNotes(report),
  };
}

function refuseFailures({ rows }: CheckReport): void {
  const failed = rows.filter(({ ok }) => !ok).length;
  if (failed === 0) return;
  throw mismatchError('check-failed', `${failed} of ${counted(rows.length, 'check')} failed`);
}

/**
 * Prints the report, then throws `check-failed` (mismatch) where a limit is broken or not known to be kept. Usage
 * errors where there is no limit, or one that a file cannot have.
 */
export async function checkAction(
  session: Session,
  model: string | undefined,
  flags: CheckFlags,
): Promise<void> {
  requireModelFile(session, model);
  requireData(model, flags);
  const project = openProject(session, model === undefined);
  const { config, pipeline } = project;
  const names = model === undefined ? outputNames(config) : undefined;
  requireOutputs(names, model, flags);
  const ofOutputs = names === undefined ? undefined : outputLimits(names, config.check, flags);
  const all = settingsOf(config.check, names === undefined ? flags : withoutQualityFlags(flags));
  const hasTruth = model === undefined || flags.input !== undefined;
  const judged = hasTruth ? all : withoutQuality(all, flags, session);
  const settings = model === undefined ? judged : withoutDuty(judged, flags, session);
  const clock = clockOf(settings);
  const { target } = settings;
  // What the project exports; files are exported as the command line says.
  const optimize = flags.optimize ?? (model === undefined ? config.export.optimize : undefined);
  const huffman = flags.huffman ?? (model === undefined ? config.export.huffman : undefined);
  const measure = { target, ...given({ optimize, huffman }) };
  const { baseline, tolerance } = flags;
  const limits = limitsOf(settings);
  const asksOutputs = Object.values(ofOutputs ?? {}).some((own) => Object.keys(own).length > 0);
  if (!asksOutputs) requireLimits(limits, baseline);
  requireBaseline(flags);
  const evaluate =
    baseline !== undefined || asksOutputs || QUALITY_NAMES.some((name) => settings[name] !== undefined);
  const subject =
    model === undefined
      ? await projectSubject(session, pipeline, measure, { evaluate, ...given({ clock }) })
      : await fileSubject(session, project, model, measure, flags);
  const other =
    baseline === undefined ? undefined : await measureBaseline(session, baseline, measure, subject);
  const outputs = outputChecks(ofOutputs, subject, other?.qualities);
  const rows = runChecks(subject.measured, limits, other?.measured, tolerance, outputs);
  const report = { model: subject.name, target, ...given({ baseline }), rows };
  session.emit<CheckJson>(
    () =>
      flags.markdown === true
        ? renderCheckMarkdown(report)
        : renderCheck(report, flags.format, session.columns),
    () => checkJson(report),
  );
  refuseFailures(report);
}
