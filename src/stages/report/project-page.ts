/** A project as a page: what there is of it, in the order in which it was made. */

import type { Artifact, ArtifactStore } from '../../artifacts/store.ts';
import { countOf, formatFigure } from '../../core/figure-text.ts';
import { TOOL } from '../../core/version.ts';
import { scoreRows } from '../../models/score/score-rows.ts';
import type { Task } from '../../models/score/tasks.ts';
import type { Target } from '../../planner/target.ts';
import type { ProgramOptions } from '../../targets/c/optimize.ts';
import type { Block, Page, Section } from '../../targets/report/page.ts';
import { type Measured, readMeasured } from '../ends/measured.ts';
import { readOutputs } from '../ends/project-outputs.ts';
import { STAGE_NAMES } from '../stage.ts';
import { compressionSection } from './compression-section.ts';
import { dataSection } from './data-section.ts';
import { doctorSection } from './doctor-section.ts';
import { modelFacts, modelSections, type ReportedModel, readModel } from './model-section.ts';
import { provenanceSection } from './provenance-section.ts';
import { quantizationSection } from './quantization-section.ts';
import { type ReportArtifacts, reportArtifacts } from './report-artifacts.ts';
import { scoreSection } from './score-section.ts';
import { streamSection } from './stream-section.ts';
import { openTestSamples, samplesOf } from './test-samples.ts';
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
function factsOf(measured: readonly Measured[], model: ReportedModel | undefined): readonly Block[] {
  const facts: (readonly [string, string])[] = [];
  for (const { output, evaluation } of measured) {
    const { type } = evaluation.converted;
    const both = scoreRows(evaluation).filter(
      ([, float, converted]) => float !== undefined && converted !== undefined,
    );
    const whose = output === undefined ? '' : `${output.name}, `;
    for (const [name, float, converted] of both.slice(0, output === undefined ? 3 : 1)) {
      facts.push([`${whose}${name}: float → ${type}`, `${formatFigure(float)} → ${formatFigure(converted)}`]);
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

function summaryOf(measured: readonly Measured[]): string {
  if (measured.length === 0) return 'What there is of the project so far.';
  const { samples, converted } = measured[0].evaluation;
  const tasks = measured.map(({ output, evaluation: { task } }) =>
    output === undefined ? TASK_NAMES[task] : `${output.name} (${TASK_NAMES[task]})`,
  );
  return `A model for ${tasks.join(', ')}, as float and as ${converted.type}, measured on ${countOf(samples, 'test sample')}.`;
}

async function dataAndScores(
  { of: { dataset, evaluate } }: ReportArtifacts,
  measured: readonly Measured[],
): Promise<{ readonly data: readonly Section[]; readonly scores: readonly Section[] }> {
  if (dataset === undefined) return { data: [], scores: [] };
  const outputs = readOutputs(dataset);
  const test = openTestSamples(dataset, outputs === undefined ? measured[0]?.evaluation.task : undefined);
  try {
    const scores: Section[] = [];
    if (evaluate !== undefined) {
      for (const one of measured) {
        const own = one.output === undefined ? test : samplesOf(test, one.output);
        scores.push(await scoreSection(evaluate, one, own));
      }
    }
    return {
      data: [
        await dataSection(
          dataset,
          test,
          outputs?.map((output) => samplesOf(test, output)),
        ),
      ],
      scores,
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
  const measured =
    of.evaluate === undefined || of.dataset === undefined ? [] : readMeasured(of.evaluate, of.dataset);
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
