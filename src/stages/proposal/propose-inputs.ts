/** Inputs that are files which a table names, and one of its other columns. */

import { inputError } from '../../core/errors.ts';
import { SOURCES } from '../../data/sources/index.ts';
import type { FilesInput } from '../dataset-config.ts';
import type { NamedFiles } from './named-files.ts';
import { profileRows } from './profile.ts';
import { whyIgnored } from './propose-roles.ts';
import { proposeSpectrum, whySpectrum } from './propose-spectrum.ts';
import type { SampleKind } from './sample-kind.ts';

type InputInput = NonNullable<FilesInput['inputs']>[number];
type Format = Readonly<Record<string, unknown>>;

/** One input, what a network takes it for, and what people want to know of it. */
export interface ProposedInput {
  readonly input: InputInput;
  readonly kind: SampleKind;
  readonly reasons: readonly string[];
}

/** Where recordings are longer, that is where they are cut. */
const MOST_SECONDS = 10;

function skipNothing(error: Error): never {
  throw error;
}

const STRICT = { skip: skipNothing };

async function sniffed({ source, files }: NamedFiles): Promise<Format> {
  return (await SOURCES[source].sniff(files, STRICT)) as Format;
}

async function proposeRecordings(named: NamedFiles, name: string): Promise<ProposedInput> {
  const sniff = await sniffed(named);
  const format = { ...sniff, rate: Number(sniff.rate), seconds: Number(sniff.seconds ?? MOST_SECONDS) };
  const spectrum = proposeSpectrum(format.rate, Math.round(format.seconds * format.rate));
  return {
    input: {
      name,
      source: 'wav',
      column: named.column,
      format,
      prepare: [
        { step: 'level' },
        ...(spectrum === undefined ? [] : [spectrum, { step: 'standard' } as const]),
      ],
    },
    kind: spectrum === undefined ? 'waveform' : 'spectrum',
    reasons: [
      ...(SOURCES.wav.changes?.(named.files, format) ?? []),
      ...(spectrum === undefined ? [] : [whySpectrum(spectrum)]),
    ],
  };
}

async function proposePictures(named: NamedFiles, name: string): Promise<ProposedInput> {
  const { width, height, channels, ...rest } = await sniffed(named);
  const format = {
    ...rest,
    width: Number(width),
    height: Number(height),
    channels: channels === 3 ? (3 as const) : (1 as const),
  };
  return {
    input: { name, source: 'images', column: named.column, format, prepare: [{ step: 'scale' }] },
    kind: 'picture',
    reasons: SOURCES.images.changes?.(named.files, format) ?? [],
  };
}

/** Throws `no-features` (input) where files hold nothing that a network could see. */
async function proposeSeries(named: NamedFiles, name: string): Promise<ProposedInput> {
  const format = await sniffed(named);
  const profile = await profileRows(await SOURCES.csv.open(named.files, format, STRICT));
  const features = profile.columns.flatMap((column) =>
    column.kind === 'number' && whyIgnored(column) === undefined ? [column.name] : [],
  );
  const length = Math.min(...profile.files.map(({ rows }) => rows));
  if (features.length === 0) {
    const [{ path }] = named.files;
    throw inputError(
      'no-features',
      `The column ${JSON.stringify(named.column)} names tables such as ${path}, and none of their columns has numbers that change`,
      `Leave it out: --ignore ${named.column}.`,
    );
  }
  return {
    input: {
      name,
      source: 'csv',
      column: named.column,
      features,
      length,
      format,
      prepare: [{ step: 'standard' }],
    },
    kind: 'series',
    reasons: [
      `of the files of ${JSON.stringify(named.column)} the first ${length} rows are read: the shortest has no more`,
    ],
  };
}

/** What C and layers may call it: letters, digits and _, and no name of those before it. */
function inputName(column: string, taken: readonly string[]): string {
  const plain = column.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^[^A-Za-z]+/, '') || 'files';
  let name = plain.slice(0, 48);
  for (let number = 2; taken.includes(name); number++) name = `${plain.slice(0, 48)}_${number}`;
  return name;
}

const PROPOSE = { wav: proposeRecordings, images: proposePictures, csv: proposeSeries } as const;

/** `features`: the columns beside those that name files, all of which are one input. */
export async function proposeInputs(
  named: readonly NamedFiles[],
  features: readonly string[],
): Promise<readonly ProposedInput[]> {
  const inputs: ProposedInput[] = [];
  const name = (column: string) => inputName(column, ['input', ...inputs.map(({ input }) => input.name)]);
  for (const one of named) {
    inputs.push(await PROPOSE[one.source](one, name(one.column)));
  }
  if (inputs.length === 0 || features.length === 0) return inputs;
  const input = { name: name('row'), features: [...features], prepare: [{ step: 'standard' } as const] };
  return [...inputs, { input, kind: 'row', reasons: [] }];
}
