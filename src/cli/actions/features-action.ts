/** `tinyml features` */

import { join } from 'node:path';
import { listDataFiles } from '../../artifacts/data-files.ts';
import type { DataFile } from '../../core/data-file.ts';
import { usageError, withAsyncErrorContext } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { formatShape } from '../../core/tensor.ts';
import { type Features, makeFeatures } from '../../data/features/make-features.ts';
import { parseSteps } from '../../data/features/parse-steps.ts';
import { readRecording, type WholeRecording } from '../../data/features/read-recording.ts';
import type { StepOptions } from '../../data/preparing/index.ts';
import { PRESETS, presetSteps } from '../../data/preparing/presets/index.ts';
import { PRESET_NAMES, type PresetName } from '../../data/preparing/presets/preset-names.ts';
import { rateMisfit } from '../../data/preparing/rate-misfit.ts';
import { featuresSvg } from '../../targets/plots/features-picture.ts';
import type { FeaturesJson } from '../printed-json.ts';
import { printable } from '../render/printable.ts';
import { featuresText } from '../render/recordings/features.ts';
import { resultFile } from '../render/rows.ts';
import type { Session } from '../terminal/session.ts';
import { requireData } from '../workspace/inputs.ts';
import { publishBytes, publishPieces } from '../workspace/publish.ts';

/** Options of `tinyml features`. */
export interface FeaturesFlags {
  readonly preset?: PresetName;
  readonly steps?: string;
  readonly rate?: number;
  readonly output?: string;
  readonly svg?: string;
}

/** One file, and what was made of it. */
interface Made {
  readonly recording: WholeRecording;
  readonly features: Features;
}

function askedSteps({ preset, steps, rate }: FeaturesFlags): readonly StepOptions[] {
  if (preset !== undefined) return presetSteps(preset, rate ?? PRESETS[preset].rate);
  if (steps !== undefined) return parseSteps(steps);
  throw usageError(
    'no-features',
    'It is not said which features are to be made',
    `Give --preset with one of ${PRESET_NAMES.join(', ')}, or --steps with a list of preparing steps.`,
  );
}

function listFiles(session: Session, paths: readonly string[]): readonly DataFile[] {
  return paths.flatMap((path) => {
    const absolute = session.absolute(path);
    session.inputs.add(absolute);
    requireData(session, path);
    const files = listDataFiles(absolute);
    for (const file of files) session.inputs.add(join(absolute, file.path));
    return files;
  });
}

function requireRate(
  { name, rate }: WholeRecording,
  steps: readonly StepOptions[],
  flags: FeaturesFlags,
): void {
  const own = rate ?? flags.rate;
  const misfit = own === undefined ? undefined : rateMisfit(steps, own);
  if (misfit === undefined) return;
  const wanted = flags.preset === undefined ? 'the steps take' : `the preset "${flags.preset}" takes`;
  throw usageError(
    'rate-misfit',
    `${name} has ${own} readings in a second, and ${wanted} them for another rate`,
    flags.preset === undefined
      ? `Say "rate": ${misfit.rate} in step ${misfit.place + 1}, or give a recording of its rate.`
      : `Resample it, or give "--rate ${own}" for windows and bands of the same length and pitch.`,
  );
}

async function makeOf(
  session: Session,
  file: DataFile,
  steps: readonly StepOptions[],
  flags: FeaturesFlags,
): Promise<Made> {
  const read = await readRecording(file);
  const recording =
    read.rate === undefined && flags.rate !== undefined ? { ...read, rate: flags.rate } : read;
  requireRate(recording, steps, flags);
  const { name, channels, clipped = 0 } = recording;
  if (channels > 1) session.reporter.warn(`${name} has ${channels} channels; their mean is taken.`);
  if (clipped > 0)
    session.reporter.warn(
      `${name} is clipped: ${counted(clipped, 'reading')} ${clipped === 1 ? 'lies' : 'lie'} at full scale. Record it less loud.`,
    );
  const features = await withAsyncErrorContext(name, () => makeFeatures(recording, steps));
  return { recording, features };
}

/** All of one shape in one file. */
function writeAll(session: Session, made: readonly Made[], output: string): Promise<string> {
  const [first] = made;
  const other = made.find(
    ({ features }) => formatShape(features.shape) !== formatShape(first.features.shape),
  );
  if (other !== undefined) {
    throw usageError(
      'unequal-features',
      `${first.recording.name} makes features of shape ${formatShape(first.features.shape)}, and ${other.recording.name} of ${formatShape(other.features.shape)}: one file takes one shape`,
      'Give files of one length, or one file at a time.',
    );
  }
  return publishPieces(session, output, async (append) => {
    const file = resultFile(output, [made.length, ...first.features.shape]);
    append(file.begin);
    for (const { features } of made) append(file.block(features.values));
    append(file.end);
  });
}

function draw(session: Session, { recording, features }: Made, path: string): string {
  const picture = {
    data: features.values,
    width: features.shape.at(-1) ?? 1,
    title: recording.name,
    ...(features.secondsPerRow === undefined ? {} : { secondsPerRow: features.secondsPerRow }),
  };
  return publishBytes(session, featuresSvg(picture), path);
}

function jsonOf({ recording, features }: Made): FeaturesJson['files'][number] {
  const { name, rows, columns, rate, channels, clipped } = recording;
  const { shape, least, most, missing } = features;
  return {
    file: name,
    rows,
    columns,
    ...(rate === undefined ? {} : { rate }),
    channels,
    ...(clipped === undefined ? {} : { clipped }),
    shape,
    range: missing === features.values.length ? null : [least, most],
    missing,
  };
}

export async function featuresAction(
  session: Session,
  paths: readonly string[],
  flags: FeaturesFlags,
): Promise<void> {
  const files = listFiles(session, paths);
  const steps = askedSteps(flags);
  if (flags.svg !== undefined && files.length > 1) {
    throw usageError(
      'one-picture',
      `--svg draws one file, and there are ${files.length}`,
      'Give one file, or leave --svg out.',
    );
  }
  const made: Made[] = [];
  for (const file of files) made.push(await makeOf(session, file, steps, flags));
  const written = [
    ...(flags.output === undefined ? [] : [await writeAll(session, made, flags.output)]),
    ...(flags.svg === undefined ? [] : [draw(session, made[0], flags.svg)]),
  ];
  session.emit<FeaturesJson>(
    () =>
      [
        ...made.map(({ recording, features }) => featuresText(recording, features, session.columns)),
        ...written.map((path) => `${printable(path)}\n`),
      ].join(''),
    () => ({ files: made.map(jsonOf), written }),
  );
}
