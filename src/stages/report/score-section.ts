/** How good the model is, float and converted side by side. */

import type { Artifact } from '../../artifacts/store.ts';
import { countOf, formatCount, formatFigure } from '../../core/figure-text.ts';
import type { ClassFigures } from '../../models/score/class-scores.ts';
import {
  ANOMALY_CLASSES,
  type Classification,
  type ClassificationScores,
  type Evaluation,
  type Regression,
} from '../../models/score/evaluation.ts';
import { scoreRows } from '../../models/score/score-rows.ts';
import type { Block, Section, Table } from '../../targets/report/page.ts';
import type { Measured } from '../ends/measured.ts';
import { calibrationFigure, rankingFigures } from './ranking-figures.ts';
import type { TestSamples } from './test-samples.ts';
import { worstSamples } from './worst-samples.ts';

function scoreTable(evaluation: Evaluation): Table {
  return {
    kind: 'table',
    caption: `${countOf(evaluation.samples, 'test sample')}`,
    columns: [
      { title: 'figure' },
      { title: 'float', align: 'right' },
      { title: evaluation.converted.type, align: 'right' },
    ],
    rows: scoreRows(evaluation).map(([name, float, converted]) => [
      name,
      formatFigure(float),
      formatFigure(converted),
    ]),
  };
}

/** More classes than fit on a page are read from evaluation.json. */
const MOST_CLASSES = 40;

function confusionTable(
  form: string,
  classes: readonly string[],
  confusion: readonly (readonly number[])[] | undefined,
): readonly Block[] {
  if (confusion === undefined || classes.length > MOST_CLASSES) return [];
  return [
    {
      kind: 'table',
      caption: `${form}: every row a class as it is, every column what it is taken for`,
      columns: [{ title: 'actual' }, ...classes.map((name) => ({ title: name, align: 'right' as const }))],
      rows: confusion.map((counts, place) => {
        const all = counts.reduce((sum, count) => sum + count, 0);
        return [
          classes[place],
          ...counts.map((count) => ({ text: formatCount(count), share: all === 0 ? 0 : count / all })),
        ];
      }),
    },
  ];
}

function classesOf(evaluation: Exclude<Evaluation, Regression>): readonly string[] {
  return evaluation.task === 'anomaly' ? ANOMALY_CLASSES : evaluation.classes;
}

function confusionBlocks(evaluation: Evaluation): readonly Block[] {
  if (evaluation.task === 'regression') return [];
  const { float, converted } = evaluation;
  const classes = classesOf(evaluation);
  const forms = [
    ['float', float.confusion],
    [converted.type, converted.confusion],
  ] as const;
  const tables = forms.flatMap(([name, confusion]) => confusionTable(name, classes, confusion));
  if (tables.length > 0) return [{ kind: 'heading', text: 'Confusion matrix' }, ...tables];
  if (float.confusion === undefined) return [];
  return [
    {
      kind: 'text',
      text: `The confusion matrices of ${classes.length} classes are in evaluation.json: they are too wide for a page.`,
    },
  ];
}

const CLASS_FIGURES = ['precision', 'recall', 'f1'] as const;

function classTable({ classes, float, converted }: Classification): readonly Block[] {
  const forms: readonly ClassificationScores[] = [float, converted];
  if (forms.some((form) => form.classes === undefined) || classes.length > MOST_CLASSES) return [];
  const figuresOf = (form: ClassificationScores, place: number) => form.classes?.[place] as ClassFigures;
  return [
    {
      kind: 'table',
      caption: `Every class on its own, float and ${converted.type}`,
      columns: [
        { title: 'class' },
        { title: 'samples', align: 'right' },
        ...CLASS_FIGURES.flatMap((name) => [
          { title: `${name}, float`, align: 'right' as const },
          { title: `${name}, ${converted.type}`, align: 'right' as const },
        ]),
      ],
      rows: classes.map((name, place) => [
        name,
        formatCount(figuresOf(float, place).samples),
        ...CLASS_FIGURES.flatMap((figure) =>
          forms.map((form) => formatFigure(figuresOf(form, place)[figure])),
        ),
      ]),
    },
  ];
}

function disagreementBlocks(evaluation: Evaluation): readonly Block[] {
  if (evaluation.task === 'regression') return [];
  const { converted, disagreements, agreement, samples } = evaluation;
  const classes = classesOf(evaluation);
  if (agreement === 1) {
    return [
      { kind: 'text', text: `Float and ${converted.type} decide all ${countOf(samples, 'sample')} alike.` },
    ];
  }
  if (disagreements.length === 0) return [];
  return [
    { kind: 'heading', text: 'Where both decide otherwise' },
    {
      kind: 'table',
      caption: `The first test samples that float and ${converted.type} decide otherwise`,
      columns: [
        { title: 'sample', align: 'right' },
        { title: 'actual' },
        { title: 'float' },
        { title: converted.type },
      ],
      rows: disagreements.map(({ sample, actual, float, converted }) => [
        String(sample),
        classes[actual],
        classes[float],
        classes[converted],
      ]),
    },
  ];
}

function predictionFigure(evaluate: Artifact): readonly Block[] {
  const drawn = evaluate.manifest.files.some(({ path }) => path === 'predictions.svg');
  if (!drawn) return [];
  return [
    {
      kind: 'figure',
      svg: evaluate.readText('predictions.svg'),
      caption: 'What both models predict for the test samples; of many, evenly chosen ones are drawn.',
    },
  ];
}

const AS_ON_THE_CHIP: Block = {
  kind: 'text',
  text: 'The int8 model is computed as TensorFlow Lite Micro computes it, bit for bit.',
};

/** `test` is the split that was measured. */
export async function scoreSection(
  evaluate: Artifact,
  measured: Measured,
  test: TestSamples,
): Promise<Section> {
  const { evaluation, output } = measured;
  return {
    id: output === undefined ? 'scores' : `scores-${output.name}`,
    title: `Scores on the test split${output === undefined ? '' : `: ${output.name}`}`,
    blocks: [
      ...(evaluation.converted.type !== 'float' ? [AS_ON_THE_CHIP] : []),
      scoreTable(evaluation),
      ...predictionFigure(evaluate),
      ...confusionBlocks(evaluation),
      ...(evaluation.task === 'classification' ? classTable(evaluation) : []),
      ...rankingFigures(measured, test),
      ...calibrationFigure(evaluation),
      ...disagreementBlocks(evaluation),
      ...(await worstSamples(measured, test)),
    ],
  };
}
