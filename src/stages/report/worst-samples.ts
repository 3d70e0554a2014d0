/** The test samples that the converted model gets wrong most, to be looked at: bad labels and bad readings are among them. */

import { counted, formatFigure } from '../../core/figure-text.ts';
import { recordAt, recordLength } from '../../data/records/float-array.ts';
import { readAllRecords } from '../../data/records/records.ts';
import { reconstructionErrors } from '../../models/score/anomaly-scores.ts';
import { decide, probabilityOf } from '../../models/score/class-scores.ts';
import { probabilitiesOf } from '../../models/score/evaluation.ts';
import type { Block, Table } from '../../targets/report/page.ts';
import type { Measured } from '../ends/measured.ts';
import { viewSamples } from './sample-views.ts';
import type { TestSamples } from './test-samples.ts';

const SHOWN = 8;
/** Outputs of one sample that are written out. */
const MOST_OUTPUTS = 4;

interface Worst {
  readonly table: Table;
  readonly samples: readonly { readonly index: number; readonly caption: string }[];
}

/** The places with the highest badness, the worst first. */
function worstOf(badness: ArrayLike<number>, isCounted: (index: number) => boolean = () => true): number[] {
  return Array.from({ length: badness.length }, (_, index) => index)
    .filter(isCounted)
    .sort((a, b) => badness[b] - badness[a] || a - b)
    .slice(0, SHOWN);
}

function number(title: string) {
  return { title, align: 'right' as const };
}

function valuesText(values: ArrayLike<number>): string {
  const shown = Array.from({ length: Math.min(values.length, MOST_OUTPUTS) }, (_, i) =>
    formatFigure(values[i]),
  );
  return `${shown.join(', ')}${values.length > MOST_OUTPUTS ? ', …' : ''}`;
}

function worstDistances({ evaluation, float, converted }: Measured, { y }: TestSamples): Worst {
  const { type } = evaluation.converted;
  const size = recordLength(y);
  const distance = Float64Array.from({ length: y.shape[0] }, (_, sample) => {
    let most = 0;
    for (let i = sample * size; i < (sample + 1) * size; i++) {
      most = Math.max(most, Math.abs(converted.data[i] - y.data[i]));
    }
    return most;
  });
  const places = worstOf(distance);
  const texts = (index: number): readonly string[] =>
    [y, float, converted].map((array) => valuesText(recordAt(array, index)));
  return {
    table: {
      kind: 'table',
      caption: `The ${counted(places.length, 'largest error')} of the ${type} model`,
      columns: [number('sample'), number('measured'), number('float'), number(type), number('error')],
      rows: places.map((index) => [String(index), ...texts(index), formatFigure(distance[index])]),
    },
    samples: places.map((index) => ({
      index,
      caption: `sample ${index}: measured ${texts(index)[0]}, ${type} ${texts(index)[2]}`,
    })),
  };
}

function worstDecisions(
  { evaluation, float, converted }: Measured,
  { y, classes = [] }: TestSamples,
  actual: Int32Array,
): Worst {
  const { type } = evaluation.converted;
  const [before, after] = [float, converted].map((outputs) => probabilitiesOf(outputs, y));
  const [decidedBefore, decided] = [before, after].map((own) => decide(own, actual.length));
  const doubt = Float64Array.from(actual, (own, sample) => 1 - probabilityOf(after, sample, own));
  const places = worstOf(doubt);
  return {
    table: {
      kind: 'table',
      caption: `The ${counted(places.length, 'sample')} whose class the ${type} model gives the least probability`,
      columns: [
        number('sample'),
        { title: 'actual' },
        { title: 'float decides' },
        { title: `${type} decides` },
        number('probability of the actual class, float'),
        number(`the same, ${type}`),
      ],
      rows: places.map((index) => [
        String(index),
        classes[actual[index]],
        classes[decidedBefore[index]],
        classes[decided[index]],
        formatFigure(probabilityOf(before, index, actual[index])),
        formatFigure(probabilityOf(after, index, actual[index])),
      ]),
    },
    samples: places.map((index) => ({
      index,
      caption: `sample ${index}: is ${classes[actual[index]]}, ${type} says ${classes[decided[index]]}`,
    })),
  };
}

/** Normal samples that look least normal, and anomalies that look most so. */
function worstReconstructions(
  { evaluation, float, converted }: Measured,
  { x }: TestSamples,
  actual: Int32Array,
): Worst {
  const { type } = evaluation.converted;
  const { data } = readAllRecords(x, 'x_test.npy');
  const [before, after] = [float, converted].map((outputs) =>
    reconstructionErrors(data, outputs.data, x.count),
  );
  const half = (anomaly: 0 | 1) =>
    worstOf(
      after.map((error) => (anomaly === 1 ? -error : error)),
      (index) => actual[index] === anomaly,
    ).slice(0, SHOWN / 2);
  const places = [...half(0), ...half(1)];
  const name = (index: number): string => (actual[index] === 1 ? 'anomaly' : 'normal');
  return {
    table: {
      kind: 'table',
      caption: `Normal samples with the largest error of reconstruction, and anomalies with the least (${type})`,
      columns: [number('sample'), { title: 'actual' }, number('error, float'), number(`error, ${type}`)],
      rows: places.map((index) => [
        String(index),
        name(index),
        formatFigure(before[index]),
        formatFigure(after[index]),
      ]),
    },
    samples: places.map((index) => ({
      index,
      caption: `sample ${index}: ${name(index)}, error ${formatFigure(after[index])}`,
    })),
  };
}

function worst(measured: Measured, test: TestSamples): Worst | undefined {
  const { actual } = test;
  switch (measured.evaluation.task) {
    case 'regression':
      return worstDistances(measured, test);
    case 'classification':
      return actual === undefined ? undefined : worstDecisions(measured, test, actual);
    case 'anomaly':
      return actual === undefined ? undefined : worstReconstructions(measured, test, actual);
  }
}

export async function worstSamples(measured: Measured, test: TestSamples): Promise<readonly Block[]> {
  const found = worst(measured, test);
  if (found === undefined || found.samples.length === 0) return [];
  const galleries: Block[] = [];
  for (const { name, x, kind } of test.views) {
    const items = await viewSamples(x, kind, found.samples);
    const what = name === undefined ? 'The same samples' : `The input ${name} of the same samples`;
    if (items.length > 0)
      galleries.push({
        kind: 'gallery',
        caption: `${what}, as the network sees ${name === undefined ? 'them' : 'it'}.`,
        items,
      });
  }
  return [{ kind: 'heading', text: 'Worst samples' }, found.table, ...galleries];
}
