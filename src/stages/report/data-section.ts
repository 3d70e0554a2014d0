/** What the network learns from: where it comes from, how it is divided, and samples of it. */

import type { Artifact } from '../../artifacts/store.ts';
import { counted, countOf, formatCount, formatFigure } from '../../core/figure-text.ts';
import type { JsonObject } from '../../core/json.ts';
import { elementCount, formatShape } from '../../core/tensor.ts';
import { PARTS, type Part } from '../../data/splits/parts.ts';
import { actualClasses } from '../../models/score/evaluation.ts';
import type { Block, Section, Table } from '../../targets/report/page.ts';
import type { DatasetDescription } from '../dataset/description.ts';
import { openSplit, readDescription, readFindings } from '../dataset-reader.ts';
import { numbersOf, type ProjectOutput } from '../ends/project-outputs.ts';
import { viewSamples } from './sample-views.ts';
import type { SampleView, TestSamples } from './test-samples.ts';

type Fact = readonly [string, string];

const LISTED_FEATURES = 64;
const SAMPLES_OF_A_CLASS = 3;
const SAMPLES_SHOWN = 18;
/** Values of which ranges are taken; more would take longer than people wait. */
const MOST_VALUES = 2 ** 23;

function rowFacts(description: DatasetDescription | undefined): readonly Fact[] {
  if (description === undefined) return [];
  const { rows, dropped, skipped } = description;
  return [
    ['rows read', formatCount(rows)],
    ['left out, something missing', formatCount(dropped)],
    ['not readable, skipped', formatCount(skipped)],
  ];
}

/** `[28, 28, 1]`, or `motion [20, 2], person [4]`. */
function sampleText({ x, inputs }: TestSamples): string {
  return inputs?.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ') ?? formatShape(x.shape);
}

function facts(
  { manifest }: Artifact,
  description: DatasetDescription | undefined,
  test: TestSamples,
): Block {
  const options = manifest.options as JsonObject;
  const { source } = options;
  return {
    kind: 'facts',
    facts: [
      ['source', String(description?.source ?? source)],
      ...PARTS.map((part): Fact => [`${part} samples`, formatCount(Number(manifest.metrics[part]))]),
      ['one sample, as the network sees it', sampleText(test)],
      ...rowFacts(description),
    ],
  };
}

/** Samples of every class; counted where the dataset does not say it. */
function classCounts(
  dataset: Artifact,
  part: Part,
  description: DatasetDescription | undefined,
  classes: number,
  output: ProjectOutput | undefined,
): readonly number[] | undefined {
  const known = description?.parts[part].classes;
  if (known?.length === classes) return known;
  const { x, y } = openSplit(dataset, part);
  x.close();
  const actual = actualClasses(output === undefined ? y : numbersOf(output, y));
  if (actual === undefined) return undefined;
  const counts = new Array<number>(classes).fill(0);
  for (const own of actual) counts[own]++;
  return counts;
}

function classTable(
  dataset: Artifact,
  description: DatasetDescription | undefined,
  { classes, output }: TestSamples,
): readonly Table[] {
  if (classes === undefined) return [];
  const counts = PARTS.map((part) => classCounts(dataset, part, description, classes.length, output));
  if (counts.includes(undefined)) return [];
  const most = Math.max(...counts.flatMap((own) => own ?? []));
  return [
    {
      kind: 'table',
      caption: `Samples of every class${output === undefined ? '' : ` of ${output.name}`}`,
      columns: [{ title: 'class' }, ...PARTS.map((title) => ({ title, align: 'right' as const }))],
      rows: classes.map((name, place) => [
        name,
        ...counts.map((own) => {
          const count = own?.[place] ?? 0;
          return { text: formatCount(count), share: most === 0 ? 0 : count / most };
        }),
      ]),
    },
  ];
}

interface Range {
  low: number;
  high: number;
  sum: number;
  squares: number;
}

function add(range: Range, value: number): void {
  range.low = Math.min(range.low, value);
  range.high = Math.max(range.high, value);
  range.sum += value;
  range.squares += value * value;
}

/** Of every channel of the last axis, over the first `count` samples. */
function ranges({ x }: TestSamples, channels: number, count: number): readonly Range[] {
  const all = Array.from(
    { length: channels },
    (): Range => ({ low: Infinity, high: -Infinity, sum: 0, squares: 0 }),
  );
  const length = elementCount(x.shape);
  const rows = Math.max(1, Math.min(count, Math.floor(65_536 / length)));
  const block = new Float32Array(rows * length);
  for (let start = 0; start < count; start += rows) {
    const read = Math.min(rows, count - start);
    x.read(start, read, block);
    for (let i = 0; i < read * length; i++) add(all[i % channels], block[i]);
  }
  return all;
}

function featureTable(test: TestSamples): readonly Block[] {
  const { x, features, inputs } = test;
  const channels = x.shape.at(-1) ?? 1;
  if (test.kind === 'picture' || x.count === 0) return [];
  if (inputs !== undefined || channels > LISTED_FEATURES) return [];
  const length = elementCount(x.shape);
  const count = Math.min(x.count, Math.max(1, Math.floor(MOST_VALUES / length)));
  const values = (count * length) / channels;
  const rows = ranges(test, channels, count).map(({ low, high, sum, squares }, channel) => {
    const mean = sum / values;
    const deviation = Math.sqrt(Math.max(0, squares / values - mean * mean));
    return [features?.[channel] ?? String(channel), ...[low, mean, high, deviation].map(formatFigure)];
  });
  const which = count === x.count ? 'the test split' : `the first ${countOf(count, 'test sample')}`;
  return [
    {
      kind: 'table',
      caption: `Values of ${which}, as the network sees them`,
      columns: [
        { title: features === undefined ? 'channel' : 'column' },
        ...['least', 'mean', 'largest', 'deviation'].map((title) => ({ title, align: 'right' as const })),
      ],
      rows,
    },
  ];
}

/** The first ones of every class, or the first ones. */
function chosenSamples({ x, classes, actual }: TestSamples): readonly { index: number; caption: string }[] {
  if (actual === undefined || classes === undefined) {
    return Array.from({ length: Math.min(x.count, 6) }, (_, index) => ({
      index,
      caption: `sample ${index}`,
    }));
  }
  const each = Math.max(1, Math.min(SAMPLES_OF_A_CLASS, Math.floor(SAMPLES_SHOWN / classes.length)));
  const chosen = classes.flatMap((name, place) => {
    const own: { index: number; caption: string }[] = [];
    for (let index = 0; index < actual.length && own.length < each; index++) {
      if (actual[index] === place) own.push({ index, caption: `${name}, sample ${index}` });
    }
    return own;
  });
  return chosen.slice(0, SAMPLES_SHOWN);
}

async function gallery({ name, x, kind }: SampleView, test: TestSamples): Promise<readonly Block[]> {
  const items = await viewSamples(x, kind, chosenSamples(test));
  if (items.length === 0) return [];
  const how =
    kind === 'picture'
      ? 'from the least value (black) to the largest (white) among them'
      : 'all on one scale, a line for every channel';
  return [
    { kind: 'heading', text: name === undefined ? 'Samples' : `Samples of the input ${name}` },
    { kind: 'gallery', caption: `Of the test split, as the network sees them; ${how}.`, items },
  ];
}

async function galleries(test: TestSamples): Promise<readonly Block[]> {
  const blocks: Block[] = [];
  for (const view of test.views) blocks.push(...(await gallery(view, test)));
  return blocks;
}

/** The first of what the checks of the dataset found. */
const LISTED_FINDINGS = 30;

function findingNotes(dataset: Artifact): readonly Block[] {
  const findings = readFindings(dataset);
  const left = findings.length - LISTED_FINDINGS;
  return [
    ...findings.slice(0, LISTED_FINDINGS).map(({ sentence }) => ({ kind: 'note' as const, text: sentence })),
    ...(left > 0
      ? [{ kind: 'note' as const, text: `checks.json has ${counted(left, 'more finding')}.` }]
      : []),
  ];
}

/** `outputs` are the same samples with what is true of each output, where there are several. */
export async function dataSection(
  dataset: Artifact,
  test: TestSamples,
  outputs: readonly TestSamples[] = [test],
): Promise<Section> {
  const description = readDescription(dataset);
  return {
    id: 'data',
    title: 'Data',
    blocks: [
      facts(dataset, description, test),
      ...findingNotes(dataset),
      ...outputs.flatMap((own) => classTable(dataset, description, own)),
      ...featureTable(test),
      ...(await galleries(test)),
    ],
  };
}
