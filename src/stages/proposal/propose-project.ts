/** A whole project for data that nobody has described: what was found, and what follows from it. */

import type { ListFiles } from '../../core/data-file.ts';
import { given } from '../../core/given.ts';
import type { Shape } from '../../core/tensor.ts';
import { listedTables } from '../../data/attached/beside-table.ts';
import { folderOf, stemOf } from '../../data/sources/data-file.ts';
import { filesOfKind } from '../../data/sources/source-names.ts';
import { type ProjectConfig, parseProject } from '../config.ts';
import { chooseSource } from './choose-source.ts';
import type { DataRequest } from './data-request.ts';
import { type Profile, shapedColumn } from './profile.ts';
import { proposeAugment } from './propose-augment.ts';
import { proposeBranches } from './propose-branches.ts';
import { type ProposedDataset, proposeDataset } from './propose-dataset.ts';
import { proposeModel } from './propose-model.ts';
import { proposeTraining } from './propose-training.ts';
import { sampleKind } from './sample-kind.ts';

/** The project, and what was found in the data. */
export interface ProposedProject extends ProposedDataset {
  readonly project: ProjectConfig;
}

/** Of one sample before it is prepared; categories count as often as they have texts. */
function sampleShape({ config, profile, roles }: ProposedDataset): Shape {
  const shaped = shapedColumn(profile);
  const width = roles.columns.reduce((sum, { role }, place) => {
    const { kind, texts = [] } = profile.columns[place];
    return role === 'feature' ? sum + (kind === 'category' ? Math.max(1, texts.length) : 1) : sum;
  }, 0);
  const row = shaped?.shape ?? [width];
  const length = config.window?.length ?? config.recordingRows;
  return length === undefined ? row : [length, ...row];
}

function sampleCount({ config, profile }: ProposedDataset): number {
  const { window } = config;
  if (window === undefined) return profile.rows;
  const { length, stride } = window;
  return profile.files.reduce(
    (sum, { rows }) => sum + Math.max(0, Math.floor((rows - length) / stride) + 1),
    0,
  );
}

/** Whether samples are recordings as they were made: nobody asked for windows, and these do not overlap. */
function areRecordings(request: DataRequest, { config: { window } }: ProposedDataset): boolean {
  return request.window === undefined && window !== undefined && window.length === window.stride;
}

/** Classes there are, or columns of numbers. */
function outputCount({ config, profile, roles }: ProposedDataset): number {
  if (roles.task === 'regression') return 1;
  if (roles.classFrom !== undefined) return classNames(profile, roles.classFrom).size;
  const target = profile.columns.find(({ name }) => name === config.target);
  return target?.texts?.length ?? target?.statistics?.distinct ?? 2;
}

function classNames({ files }: Profile, place: 'folder' | 'file'): ReadonlySet<string | undefined> {
  return new Set(files.map(({ file }) => (place === 'folder' ? folderOf(file) : stemOf(file))));
}

/** What is rare decides ranges, so that more are better; a set that has fewer gives all it has. */
const CALIBRATION_SAMPLES = 5000;

/** `listFiles` as stages have it. Throws what reading them throws, `unknown-data` (input) and `no-target` (usage). */
export async function proposeProject(request: DataRequest, listFiles: ListFiles): Promise<ProposedProject> {
  const paths = typeof request.path === 'string' ? [request.path] : request.path;
  const listed = paths.flatMap((path) => listedTables(path, listFiles(path)));
  const found = listed.map(({ file }) => file);
  const source = chooseSource(found, paths.join(', '));
  const own = new Set(listed.length === 1 ? found : filesOfKind(found, source));
  const tables = listed.filter(({ file }) => own.has(file));
  const proposed = await proposeDataset(request, source, { tables, listFiles });
  const outputs = outputCount(proposed);
  const { task } = proposed.roles;
  const [first, ...others] = proposed.inputs ?? [];
  const kind = first?.kind ?? sampleKind(proposed.config, sampleShape(proposed));
  const several = others.length > 0;
  const project = parseProject({
    dataset: proposed.config,
    model: several
      ? proposeBranches(task, [first, ...others], outputs)
      : { ...proposeModel(task, kind), ...given({ fit: request.fit }) },
    training: {
      ...proposeTraining(task, kind, Math.ceil(0.6 * sampleCount(proposed)), outputs),
      ...(several ? {} : proposeAugment(task, kind, areRecordings(request, proposed))),
    },
    quantization: { samples: CALIBRATION_SAMPLES },
    ...given({ check: request.fit }),
    conversion: { library: 'chirale' },
    export: { layout: 'arduino', directory: 'sketch' },
    report: 'report.html',
  });
  const unfitted =
    several && request.fit !== undefined
      ? [
          'layers are written for several inputs, which no width is fitted to: "tinyml check" says what they take',
        ]
      : [];
  return { ...proposed, reasons: [...proposed.reasons, ...unfitted], project };
}
