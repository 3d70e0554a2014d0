/** The `dataset` section of a project for data that were looked at, with the reasons that people want to know. */

import type { DataFile, ListFiles } from '../../core/data-file.ts';
import { inputError, usageError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { given } from '../../core/given.ts';
import { formatShape } from '../../core/tensor.ts';
import type { ListedTable } from '../../data/attached/beside-table.ts';
import { findColumn } from '../../data/sources/find-column.ts';
import { SOURCES } from '../../data/sources/index.ts';
import type { ColumnKind, RowSource } from '../../data/sources/row-source.ts';
import { Skipping } from '../../data/sources/skipping.ts';
import type { ReadContext } from '../../data/sources/source.ts';
import type { SourceName } from '../../data/sources/source-names.ts';
import type { FilesInput } from '../dataset-config.ts';
import type { DataRequest } from './data-request.ts';
import { type NamedFiles, namedFiles } from './named-files.ts';
import { sayOftenMissing, whyOftenMissing } from './often-missing.ts';
import { countCodes, type Profile, profileRows, shapedColumn } from './profile.ts';
import { type ProposedInput, proposeInputs } from './propose-inputs.ts';
import { type ProposedRoles, proposeRoles } from './propose-roles.ts';
import { proposeSpectrum, type SpectrumInput, whySpectrum } from './propose-spectrum.ts';
import { proposeSplit } from './propose-split.ts';
import { LENGTHS, proposeWindows, signalLengths, soundLengths } from './propose-windows.ts';

export interface ProposedDataset {
  readonly config: FilesInput;
  readonly profile: Profile;
  readonly roles: ProposedRoles;
  /** Of every column the rows that say nothing of it, codes among them; undefined for pictures and lists. */
  readonly missing: readonly (number | undefined)[];
  /** One sentence each. */
  readonly reasons: readonly string[];
  /** Where rows name files. */
  readonly inputs?: readonly ProposedInput[];
}

/** Normal values lie within 4; what is 8 standard deviations away is as far as an anomaly need go. */
const ANOMALY_LIMIT = 8;

type Fields = Omit<FilesInput, 'source' | 'format' | 'path' | 'task'>;

function preparationFor(
  source: SourceName,
  { task }: ProposedRoles,
  profile: Profile,
  spectrum: SpectrumInput | undefined,
): NonNullable<FilesInput['prepare']> {
  if (source === 'wav' && spectrum === undefined) return [{ step: 'level' }];
  if (source === 'images' || source === 'idx') return [{ step: 'scale' }];
  if (shapedColumn(profile) !== undefined) return [{ step: 'standard' }];
  return [
    ...(spectrum === undefined ? [] : [{ step: 'level' } as const, spectrum]),
    { step: 'standard' },
    ...(task === 'anomaly' ? [{ step: 'clip', low: -ANOMALY_LIMIT, high: ANOMALY_LIMIT } as const] : []),
  ];
}

function rolesFor({ columns, target, classFrom, task }: ProposedRoles, request: DataRequest): Fields {
  const named = (role: string): string[] =>
    columns.flatMap((column) => (column.role === role ? [column.name] : []));
  const [features, ignore, [group], [time]] = ['feature', 'ignored', 'group', 'time'].map(named);
  return {
    ...(features.length > 0 && columns.length > 1 ? { features } : {}),
    ...(target === undefined ? {} : { target }),
    ...(classFrom === undefined ? {} : { classFrom }),
    ...(ignore.length > 0 ? { ignore } : {}),
    ...(group === undefined ? {} : { group }),
    ...(time === undefined ? {} : { time }),
    ...(task === 'anomaly' ? { normal: [...(request.normal ?? ['normal'])] } : {}),
  };
}

function kindsOf({ columns }: Profile): Record<string, ColumnKind> {
  return Object.fromEntries(columns.map(({ name, kind }) => [name, kind]));
}

/** Numbers that stand for what is missing, of any column that the network is to see or to learn. */
function missingCodes({ columns }: Profile, roles: ProposedRoles): number[] {
  const used = new Set(
    roles.columns.flatMap(({ name, role }) => (role === 'feature' || role === 'target' ? [name] : [])),
  );
  const codes = columns.flatMap(({ name, kind, statistics }) =>
    kind === 'number' && used.has(name) ? (statistics?.suspiciousCodes ?? []).map(({ value }) => value) : [],
  );
  return [...new Set(codes)].sort((a, b) => a - b);
}

/** Throws `no-data` (input) for columns without a row. */
function requireRows({ rows, columns }: Profile, { path }: DataRequest): void {
  if (rows > 0) return;
  const where = typeof path === 'string' ? path : path.join(', ');
  const names = columns.map(({ name }) => JSON.stringify(name)).join(', ');
  throw inputError('no-data', `${where} has columns (${names}), and not one row`, 'Give files with rows.');
}

/** Throws `no-features` (input) where every column has another role, or tells nothing. */
function requireFeatures({ columns }: ProposedRoles): void {
  if (columns.some(({ role }) => role === 'feature' || role === 'files')) return;
  const why = columns
    .map(({ name, role, why: own }) => `${JSON.stringify(name)} (${own ?? role})`)
    .join(', ');
  throw inputError(
    'no-features',
    `No column is left for the network to see: ${why}`,
    'Give data in which columns differ from row to row, or name some with --features.',
  );
}

/** A code that stands for what is missing does so in every column of numbers. */
async function missingRows(
  source: RowSource,
  { columns }: Profile,
  codes: readonly number[],
): Promise<ProposedDataset['missing']> {
  const own = columns.map(({ kind, statistics }) => {
    const suspicious = statistics?.suspiciousCodes ?? [];
    return new Set(kind === 'number' ? [...codes, ...suspicious.map(({ value }) => value)] : []);
  });
  const coded = own.some(({ size }) => size > 0)
    ? await countCodes(source, (place) => own[place])
    : columns.map(() => 0);
  return columns.map(({ statistics }, place) => statistics && statistics.missing + (coded[place] ?? 0));
}

/** The format of files, with what was asked of pictures. */
async function formatFor(
  source: SourceName,
  files: readonly DataFile[],
  { image }: DataRequest,
  context: ReadContext,
): Promise<Readonly<Record<string, unknown>>> {
  if (image !== undefined && source !== 'images') {
    throw usageError(
      'needs-pictures',
      `"--image" is the size of pictures in files of their own, and these data are ${source}`,
      'Leave it out.',
    );
  }
  const sniffed = (await SOURCES[source].sniff(files, context)) as Readonly<Record<string, unknown>>;
  if (image === undefined) return sniffed;
  const { width, height, channels } = image;
  return { ...sniffed, width, height, ...(channels === undefined ? {} : { channels }) };
}

function reasonsFor(
  source: SourceName,
  profile: Profile,
  roles: ProposedRoles,
  why: readonly (string | undefined)[],
  codes: readonly number[],
): readonly string[] {
  const shaped = shapedColumn(profile);
  return [
    `${counted(profile.files.length, 'file')} of ${source}, ${counted(profile.rows, 'row')}${shaped === undefined ? '' : ` of ${formatShape(shaped.shape)}`}`,
    roles.classFrom === undefined
      ? `what is to be learned is the column ${JSON.stringify(roles.target)}: ${roles.why}`
      : `the class is the name of the ${roles.classFrom}: ${roles.why}`,
    ...why.filter((reason) => reason !== undefined),
    ...(codes.length === 0
      ? []
      : [
          `${codes.join(' and ')} ${codes.length === 1 ? 'stands' : 'stand'} far from all other values, and ${codes.length === 1 ? 'is' : 'are'} taken for "missing"`,
        ]),
  ];
}

/** In place of features and what is done to them. */
function withInputs(config: FilesInput, inputs: readonly ProposedInput[]): FilesInput {
  if (inputs.length === 0) return config;
  const { features: _, prepare: __, ...rest } = config;
  return { ...rest, inputs: inputs.map(({ input }) => input) };
}

/** Anomalies are of one input: files are none of it there. */
function filesOf(
  request: DataRequest,
  profile: Profile,
  { tables, listFiles }: ProposalFiles,
): readonly NamedFiles[] {
  const isAnomaly = request.task === 'anomaly' || request.normal !== undefined;
  return isAnomaly ? [] : namedFiles(profile, tables, { listFiles });
}

/** Where data lie. */
export interface ProposalFiles {
  readonly tables: readonly ListedTable[];
  readonly listFiles: ListFiles;
}

/** Reads all files twice: once to see what their columns hold, once to count. */
export async function proposeDataset(
  request: DataRequest,
  source: SourceName,
  from: ProposalFiles,
): Promise<ProposedDataset> {
  const files = from.tables.map(({ file }) => file);
  const context: ReadContext = { skip: new Skipping(request.skipBad ?? 0).skip };
  const format = await formatFor(source, files, request, context);
  const opened = await SOURCES[source].open(files, format, context);
  const group = request.group === undefined ? undefined : findColumn(opened.columns, request.group);
  const profile = await profileRows(opened, group);
  requireRows(profile, request);
  const named = filesOf(request, profile, from);
  const roles = proposeRoles(request, source, profile, named);
  requireFeatures(roles);
  const known = typeof format.rate === 'number' ? format.rate : undefined;
  const rate = source === 'wav' ? known : undefined;
  const lengths =
    known === undefined ? LENGTHS : source === 'wav' ? soundLengths(known) : signalLengths(known);
  const { why: whyWindow, ...windows } = proposeWindows(request, profile, roles, lengths);
  const spectrum = rate === undefined ? undefined : proposeSpectrum(rate, windows.window?.length ?? 0);
  const { why: whySplit, ...split } = proposeSplit(request, profile, roles, windows);
  const codes = missingCodes(profile, roles);
  const isTable = shapedColumn(profile) === undefined && source !== 'wav';
  const config: FilesInput = {
    source,
    path: typeof request.path === 'string' ? request.path : [...request.path],
    ...(request.test === undefined ? {} : { test: request.test }),
    format: format as FilesInput['format'],
    ...(isTable ? { columns: kindsOf(profile) } : {}),
    task: roles.task,
    ...given({ skipBad: request.skipBad }),
    ...rolesFor(roles, request),
    ...(codes.length === 0 ? {} : { missing: { codes } }),
    ...windows,
    ...split,
    prepare: preparationFor(source, roles, profile, spectrum),
  };
  const changes = SOURCES[source].changes?.(files, format) ?? [];
  // What was cut or filled has no length of its own.
  const whyWindows = whyWindow && format.seconds !== undefined ? 'every recording is one sample' : whyWindow;
  const whyRate =
    source === 'csv' && known !== undefined ? `rows come ${known} times a second, by their clock` : undefined;
  const whySound = spectrum === undefined ? undefined : whySpectrum(spectrum);
  const isFiles = (name: string): boolean =>
    roles.columns.some((one) => one.name === name && one.role === 'files');
  const inputs = await proposeInputs(
    named.filter(({ column }) => isFiles(column)),
    config.features ?? [],
  );
  const whyInputs = inputs.flatMap((one) => one.reasons);
  const oftenMissing = roles.columns.filter(
    (column, place) =>
      column.why !== undefined && column.why === whyOftenMissing(profile.columns[place].statistics),
  );
  const whyMissing = sayOftenMissing(oftenMissing.map(({ name }) => name));
  const why = [...changes, whyRate, whyWindows, whySound, ...whyInputs, whySplit, whyMissing];
  return {
    config: withInputs(config, inputs),
    profile,
    roles,
    missing: await missingRows(opened, profile, codes),
    reasons: reasonsFor(source, profile, roles, why, codes),
    ...(inputs.length > 0 && { inputs }),
  };
}
