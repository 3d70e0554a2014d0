/** What the doctor found: where int8 costs what, and what was tried. */

import type { Artifact } from '../../artifacts/store.ts';
import { formatCount, formatFigure } from '../../core/figure-text.ts';
import type { RefusedCure, TriedCure } from '../../models/doctor/cures.ts';
import { type Examination, metricTitles } from '../../models/doctor/examine.ts';
import { examinationSentences } from '../../models/doctor/sentences.ts';
import { layerNoisePlotSvg } from '../../targets/plots/layer-noise-plot.ts';
import type { Block, Section } from '../../targets/report/page.ts';
import { readExamination } from '../doctor/kept-examination.ts';

const decibels = (value: number | undefined): string =>
  value === undefined ? 'no noise' : `${value.toFixed(1)} dB`;

function cureCells(cure: TriedCure | RefusedCure, metrics: readonly string[]): readonly string[] {
  const head = [cure.name, cure.kind];
  if ('refusal' in cure) return [...head, 'not possible', ...metrics.map(() => '–'), '–', '–'];
  const said = cure.metrics ?? [cure.metric];
  return [
    ...head,
    decibels(cure.sqnrDb),
    ...metrics.map((_, place) => formatFigure(said[place] ?? undefined)),
    formatCount(cure.bytes),
    `${cure.arenaAtLeast ? 'at least ' : ''}${formatCount(cure.arenaBytes)}`,
  ];
}

function cureTable({ cures, ...found }: Examination): Block {
  const metrics = metricTitles(found);
  const numbers = ['SQNR', ...metrics, 'bytes', 'arena'];
  return {
    kind: 'table',
    caption: 'What was tried, measured on samples that did not calibrate',
    columns: [
      { title: 'method' },
      { title: 'kind' },
      ...numbers.map((title) => ({ title, align: 'right' as const })),
    ],
    rows: cures.map((cure) => cureCells(cure, metrics)),
  };
}

export function doctorSection(doctor: Artifact): Section {
  const found = readExamination(doctor);
  const { budget, layers } = found;
  const { findings, limits, refusals, advice } = examinationSentences(found);
  const facts: readonly (readonly [string, number | undefined])[] = [
    ['weights and constants alone', budget.weightsDb],
    ['activations alone', budget.activationsDb],
    ['the input alone', budget.inputDb],
    ['the output alone', budget.outputDb],
    ['all of plain int8', budget.allDb],
  ];
  const text = (line: string): Block => ({ kind: 'text', text: line });
  return {
    id: 'doctor',
    title: 'What int8 costs',
    blocks: [
      text(advice),
      { kind: 'facts', facts: facts.map(([name, value]) => [name, decibels(value)] as const) },
      ...[...findings, ...limits, ...refusals].map(text),
      {
        kind: 'figure',
        svg: layerNoisePlotSvg(layers, budget.allDb),
        caption: 'Plain int8, layer by layer: the shorter a bar, the more is lost',
      },
      cureTable(found),
    ],
  };
}
