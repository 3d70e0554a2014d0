/** What each column is to be, and why: the target, what the network sees, and what it must not see. */

import { inputError, usageError } from '../../core/errors.ts';
import { LEAST_TELLING, type Rising } from '../../data/checks/column-statistics.ts';
import type { ClassPlace } from '../../data/samples/classes.ts';
import { clockUnit } from '../../data/sources/csv/clock-column.ts';
import { folderOf, stemOf } from '../../data/sources/data-file.ts';
import { findColumn } from '../../data/sources/find-column.ts';
import type { SourceName } from '../../data/sources/source-names.ts';
import type { Task } from '../../models/score/tasks.ts';
import type { DataRequest } from './data-request.ts';
import type { NamedFiles } from './named-files.ts';
import { MOST_MISSING, whyOftenMissing } from './often-missing.ts';
import type { Profile, ProfiledColumn } from './profile.ts';

/** How people call what is to be learned. */
const TARGET_NAMES = [
  'label',
  'labels',
  'class',
  'target',
  'y',
  'activity',
  'gesture',
  'species',
  'category',
  'output',
];

/** More different numbers are measured, not classes. */
const MOST_NUMBERED_CLASSES = 20;

export interface ColumnRole {
  readonly name: string;
  readonly role: 'target' | 'feature' | 'files' | 'group' | 'time' | 'ignored';
  /** Why, where it is not plain. */
  readonly why?: string;
}

export interface ProposedRoles {
  readonly task: Task;
  readonly target?: string;
  readonly classFrom?: ClassPlace;
  /** Why that is to be learned. */
  readonly why: string;
  readonly columns: readonly ColumnRole[];
}

function isIdentity({ kind, statistics }: ProfiledColumn): boolean {
  if (kind !== 'category' || statistics === undefined) return false;
  const { distinct, count } = statistics;
  return distinct === undefined || (count >= LEAST_TELLING && distinct > count / 2);
}

const WHY_RISING: Readonly<Record<Rising, string>> = {
  'all-rows': 'counts rows',
  'each-recording': 'counts rows, anew in every recording',
};

/** Why a column is not for the network; undefined for one that may be. `mostMissing`: of the rows. */
export function whyIgnored(column: ProfiledColumn, mostMissing?: number): string | undefined {
  const { kind, statistics } = column;
  if (kind === 'time' || clockUnit(column.name) !== undefined) return 'a time';
  if (statistics === undefined) return undefined;
  if (statistics.count === 0) return 'empty';
  if (statistics.constant) return 'always the same';
  const missing = whyOftenMissing(statistics, mostMissing);
  if (missing !== undefined) return missing;
  if (isIdentity(column)) return 'names rows';
  return kind === 'number' && statistics.rising !== undefined ? WHY_RISING[statistics.rising] : undefined;
}

interface Chosen<Where> {
  readonly where: Where;
  readonly why: string;
}

const ANOTHER = '"--target" names another';

function isCalledTarget({ name }: ProfiledColumn): boolean {
  return TARGET_NAMES.includes(name.toLowerCase());
}

function namedTarget({ columns }: Profile): Chosen<string> | undefined {
  const found = columns.find(isCalledTarget);
  if (found !== undefined) {
    return { where: found.name, why: `columns of that name usually are; ${ANOTHER}` };
  }
  const texts = columns.filter(
    (column) => column.kind === 'category' && whyIgnored(column, MOST_MISSING.target) === undefined,
  );
  if (texts.length !== 1) return undefined;
  return { where: texts[0].name, why: `no other one has texts that stand for classes; ${ANOTHER}` };
}

/** A column of labels, whatever folders and files are called. */
function labelColumn({ columns }: Profile): ProfiledColumn | undefined {
  return columns.find((column) => column.kind === 'category' && isCalledTarget(column));
}

/** Folders, or files of plain rows, that are called after what is in them. */
function classPlace(source: SourceName, profile: Profile): Chosen<ClassPlace> | undefined {
  const { files } = profile;
  const folders = new Set(files.map(({ file }) => folderOf(file)));
  if (source === 'edge-impulse') return { where: 'file', why: 'file names begin with the label' };
  if (labelColumn(profile)?.statistics?.steady === false) return undefined;
  if (folders.size > 1 && !folders.has(undefined)) {
    return { where: 'folder', why: `files lie in ${folders.size} folders` };
  }
  const stems = new Set(files.map(({ file }) => stemOf(file)));
  const areWords = [...stems].every((stem) => /\p{L}/u.test(stem));
  if (files.length > 1 && areWords) return { where: 'file', why: `${stems.size} files, one for each class` };
  return undefined;
}

/** Throws `no-classes` (input) where every row has a class of its own. */
function requireClasses({ name, kind, statistics }: ProfiledColumn): void {
  if (kind !== 'category' || statistics === undefined) return;
  const { distinct, count } = statistics;
  if (count < LEAST_TELLING || distinct !== count) return;
  throw inputError(
    'no-classes',
    `Every row has another text in the column ${JSON.stringify(name)}, so that there is no class to be learned`,
    'Name a column of classes or of numbers with --target.',
  );
}

/** Files of one sample each, of which nothing is said but where they lie. */
function isBare(source: SourceName): boolean {
  return source === 'wav' || source === 'images';
}

/** The column that is to be learned. Throws `several-targets` (usage) for names of several, between commas. */
function givenTarget(target: string, source: SourceName, { columns }: Profile): Chosen<string> {
  if (isBare(source)) {
    throw inputError(
      'unknown-column',
      `The data are read as files of ${source}, which have no column ${JSON.stringify(target)}`,
      'Give the path of the table that has it.',
    );
  }
  const names = columns.map(({ name }) => name);
  const words = target.split(',').map((word) => word.trim());
  if (!names.includes(target) && words.length > 1 && words.every((word) => names.includes(word))) {
    throw usageError(
      'several-targets',
      `--target names one column, and ${JSON.stringify(target)} are ${words.length}`,
      'Make a project for one of them, and list all as "outputs" of its dataset.',
    );
  }
  const column = columns[findColumn(columns, target)];
  requireClasses(column);
  return { where: column.name, why: 'as you said' };
}

function noTarget(source: SourceName, { columns }: Profile): Error {
  const names = columns.map(({ name }) => name);
  const listed = names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '');
  return usageError(
    'no-target',
    'Nothing says what is to be learned: no column is called label or target, and neither folders nor files are classes',
    isBare(source)
      ? 'Put the files of each class into a folder of its own, or give the path of a table that names them.'
      : `Name the column with --target: ${listed}.`,
  );
}

function taskFor(request: DataRequest, target: ProfiledColumn | undefined): Task {
  if (request.task !== undefined) return request.task;
  if (request.normal !== undefined) return 'anomaly';
  if (target === undefined || target.kind === 'category') return 'classification';
  const { statistics } = target;
  const areClasses =
    statistics?.distinct !== undefined &&
    statistics.distinct <= MOST_NUMBERED_CLASSES &&
    Number.isInteger(statistics.min) &&
    Number.isInteger(statistics.max) &&
    statistics.distinct <= statistics.max - statistics.min + 1;
  return areClasses ? 'classification' : 'regression';
}

/** Columns in `named` name files that could be inputs. Throws `no-target` (usage) and `unknown-column` (input). */
export function proposeRoles(
  request: DataRequest,
  source: SourceName,
  profile: Profile,
  named: readonly NamedFiles[] = [],
): ProposedRoles {
  const { columns } = profile;
  const checked = (name: string): string => columns[findColumn(columns, name)].name;
  const given = request.target === undefined ? undefined : givenTarget(request.target, source, profile);
  const place = given === undefined ? classPlace(source, profile) : undefined;
  const column = given ?? (place === undefined ? namedTarget(profile) : undefined);
  const chosen = column ?? place;
  if (chosen === undefined) throw noTarget(source, profile);
  const target = column?.where;
  const label = place === undefined ? undefined : labelColumn(profile);
  const features = request.features?.map(checked);
  const ignore = request.ignore?.map(checked) ?? [];
  const [group, time] = [request.group, request.time].map((name) =>
    name === undefined ? undefined : checked(name),
  );
  const roleOf = (column: ProfiledColumn): ColumnRole => {
    const { name } = column;
    if (name === target) return { name, role: 'target' };
    if (name === group) return { name, role: 'group' };
    if (name === time) return { name, role: 'time' };
    if (ignore.includes(name)) return { name, role: 'ignored', why: 'as you said' };
    const files = named.find((one) => one.column === name);
    if (files !== undefined && (features === undefined || features.includes(name)))
      return { name, role: 'files', why: files.source };
    if (features !== undefined) {
      return features.includes(name)
        ? { name, role: 'feature' }
        : { name, role: 'ignored', why: 'not in --features' };
    }
    const why = column === label ? 'says the class, as names do' : whyIgnored(column);
    return why === undefined ? { name, role: 'feature' } : { name, role: 'ignored', why };
  };
  return {
    task: taskFor(
      request,
      columns.find(({ name }) => name === target),
    ),
    ...(target === undefined ? {} : { target }),
    ...(place === undefined ? {} : { classFrom: place.where }),
    why: chosen.why,
    columns: columns.map(roleOf),
  };
}
