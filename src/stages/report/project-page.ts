/** A project as a page: what there is of it, in the order in which it was made. */

import type { Artifact, ArtifactStore } from '../../artifacts/store.ts';
import { formatCount, formatFigure } from '../../core/figure-text.ts';
import { TOOL } from '../../core/version.ts';
import { scoreRows } from '../../models/score/score-rows.ts';
import type { Task } from '../../models/score/tasks.ts';
import type { Target } from '../../planner/target.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import type { Block, Page, Section } from '../../targets/report/page.ts';
import { STAGE_NAMES } from '../stage.ts';
import { compressionSection } from './compression-section.ts';
import { dataSection } from './data-section.ts';
import { doctorSection } from './doctor-section.ts';
import { type Measured, readMeasured } from './measured.ts';
import { modelFacts, modelSections, type ReportedModel, readModel } from './model-section.ts';
import { provenanceSection } from './provenance-section.ts';
import { quantizationSection } from './quantization-section.ts';
import { type ReportArtifacts, reportArtifacts } from './report-artifacts.ts';
import { scoreSection } from './score-section.ts';
import { streamSection } from './stream-section.ts';
import { openTestSamples } from './test-samples.ts';
import { trainingSection, underWaySection } from './training-section.ts';

export interface ReportOptions extends ProgramOptions {
  /** Of the project, for the title; foreign text. */
  readonly name: string;
  /** The build whose memory is drawn. */
  readonly target: Target;
  /** The project says "stream": an artifact of that stage that is there is its own. False unless told. */
  readonly listens?: boolean;
}

/** The first figures: what the model is worth, and what it costs. */
function factsOf(measured: Measured | undefined, model: ReportedModel | undefined): readonly Block[] {
  const facts: (readonly [string, string])[] = [];
  if (measured !== undefined) {
    const { evaluation } = measured;
    const { type } = evaluation.converted;
    const both = scoreRows(evaluation).filter(
      ([, float, converted]) => float !== undefined && converted !== undefined,
    );
    for (const [name, float, converted] of both.slice(0, 3)) {
      facts.push([`${name}: float → ${type}`, `${formatFigure(float)} → ${formatFigure(converted)}`]);
    }
  }
  if (model !== undefined) facts.push(...modelFacts(model));
  return facts.length === 0 ? [] : [{ kind: 'facts', facts }];
}

function notesOf({ outdated, of }: ReportArtifacts): readonly Block[] {
  if (outdated.length > 0) {
    return [
      {
        kind: 'note',
        text: `Not shown, because it was made of what is no more or is damaged: ${outdated.join(', ')}. "tinyml run" makes it again.`,
      },
    ];
  }
  return of.evaluate === undefined
    ? [{ kind: 'note', text: 'The project is not complete yet: "tinyml run" makes what is missing.' }]
    : [];
}

const TASK_NAMES: Readonly<Record<Task, string>> = {
  regression: 'regression',
  classification: 'classification',
  anomaly: 'anomaly detection',
};

function summaryOf(measured: Measured | undefined): string {
  if (measured === undefined) return 'What there is of the project so far.';
  const { task, samples, converted } = measured.evaluation;
  return `A model for ${TASK_NAMES[task]}, as float and as ${converted.type}, measured on ${formatCount(samples)} test samples.`;
}

async function dataAndScores(
  { of: { dataset, evaluate } }: ReportArtifacts,
  measured: Measured | undefined,
): Promise<{ readonly data: readonly Section[]; readonly scores: readonly Section[] }> {
  if (dataset === undefined) return { data: [], scores: [] };
  const test = openTestSamples(dataset, measured?.evaluation.task);
  try {
    return {
      data: [await dataSection(dataset, test)],
      scores:
        measured === undefined || evaluate === undefined
          ? []
          : [await scoreSection(evaluate, measured, test)],
    };
  } finally {
    test.x.close();
  }
}

function listening({ dataset, convert, stream }: ReportArtifacts['of']): readonly Section[] {
  const isWhole = dataset !== undefined && convert !== undefined && stream !== undefined;
  return isWhole ? [streamSection({ dataset, convert, stream })] : [];
}

/** Everything that the current artifacts of the project say; equal artifacts give equal pages. */
export async function projectPage(
  store: Pick<ArtifactStore, 'latest' | 'progress'>,
  { name, target, listens = false, ...options }: ReportOptions,
): Promise<Page> {
  const artifacts = reportArtifacts(store, listens);
  const { of, underWay, doctor } = artifacts;
  const measured = of.evaluate === undefined ? undefined : readMeasured(of.evaluate);
  const model = of.convert === undefined ? undefined : readModel(of.convert, target, options);
  const { data, scores } = await dataAndScores(artifacts, measured);
  const shown = STAGE_NAMES.map((stage) => of[stage]).filter(
    (artifact): artifact is Artifact => artifact !== undefined,
  );
  return {
    title: `Report: ${name}`,
    summary: summaryOf(measured),
    sections: [
      {
        id: 'overview',
        title: 'Overview',
        blocks: [...notesOf(artifacts), ...factsOf(measured, model)],
      },
      ...(underWay === undefined || underWay.length === 0 ? [] : [underWaySection(underWay, of.train)]),
      ...data,
      ...(of.train === undefined ? [] : [trainingSection(of.train)]),
      ...(of.compress === undefined ? [] : [compressionSection(of.compress)]),
      ...scores,
      ...listening(of),
      ...(of.quantize === undefined || of.convert?.manifest.inputs.every(({ stage }) => stage !== 'quantize')
        ? []
        : [quantizationSection(of.quantize)]),
      ...(doctor === undefined ? [] : [doctorSection(doctor)]),
      ...(model === undefined ? [] : modelSections(model)),
      ...(shown.length === 0 ? [] : [provenanceSection(shown)]),
    ],
    footer: `Made by ${TOOL} with "tinyml report".`,
  };
}
