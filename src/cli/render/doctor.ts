/** What the doctor found, as text: the budget, layers, tensors, what is wrong with channels and weights, cures. */

import { countOf } from '../../core/figure-text.ts';
import type { RefusedCure, TriedCure } from '../../models/doctor/cures.ts';
import { type Examination, metricTitles } from '../../models/doctor/examine.ts';
import { examinationSentences } from '../../models/doctor/sentences.ts';
import { printable } from './printable.ts';
import { formatCount, formatFigure, formatTable } from './table.ts';

/** A tenth of a decibel; adding 0 takes the sign from a zero. */
const tenths = (value: number): string => (Math.round(10 * value) / 10 + 0).toFixed(1);
const decibels = (value: number | undefined): string => (value === undefined ? '–' : tenths(value));
const gained = (value: number | undefined): string =>
  value === undefined ? '–' : tenths(value).replace(/^(?!-)/, '+');
const share = (value: number): string => `${(100 * value).toFixed(2)} %`;
const right = (title: string) => ({ title, align: 'right' as const });

function budgetTable({ budget, calibration }: Examination, terminal?: number): string {
  const rows: (readonly [string, number | undefined])[] = [
    ['weights and constants alone', budget.weightsDb],
    ['activations alone', budget.activationsDb],
    ['the input alone', budget.inputDb],
    ['the output alone', budget.outputDb],
    ['all, as the chip computes it', budget.allDb],
  ];
  if (calibration !== undefined) {
    rows.push(
      ['half of calibration, on itself', calibration.ownDb],
      ['half of calibration, on the other half', calibration.crossDb],
    );
  }
  return formatTable(
    [{ title: 'in plain int8' }, right('dB')],
    rows.map(([name, value]) => [name, decibels(value)]),
    terminal,
  );
}

function layerTable({ layers }: Examination, terminal?: number): string {
  return formatTable(
    [
      { title: 'layer' },
      { title: 'operator' },
      right('its weights alone, dB'),
      right('its output, dB'),
      right('in float'),
      right('int16 output'),
      right('per unit'),
    ],
    layers.map((layer) => [
      printable(layer.layer),
      layer.operator,
      decibels(layer.weightsDb),
      decibels(layer.accumulatedDb),
      gained(layer.floatGainDb),
      gained(layer.int16GainDb),
      layer.perChannelGainDb === undefined ? '' : gained(layer.perChannelGainDb),
    ]),
    terminal,
  );
}

/** Before and behind a layer's activation a tensor may be called alike: then by what makes it. */
function calledApart(tensors: Examination['tensors']): readonly string[] {
  return tensors.map(({ tensor, layer }) =>
    tensors.filter((other) => other.tensor === tensor).length > 1 ? layer : tensor,
  );
}

function tensorTable({ tensors }: Examination, terminal?: number): string {
  const names = calledApart(tensors);
  return formatTable(
    [
      { title: 'tensor' },
      right('least'),
      right('largest'),
      right('alone, dB'),
      right('clipped'),
      right('unused'),
      right('beyond'),
    ],
    tensors.map(({ min, max, aloneDb, clippedShare, unusedShare, beyond }, index) => [
      printable(names[index]),
      formatFigure(min),
      formatFigure(max),
      decibels(aloneDb),
      share(clippedShare),
      `${(100 * unusedShare).toFixed(0)} %`,
      `${(100 * beyond).toFixed(0)} %`,
    ]),
    terminal,
  );
}

function cureRow(cure: TriedCure | RefusedCure, metrics: readonly string[]): readonly string[] {
  const name = [cure.kind, cure.name];
  if ('refusal' in cure) return [...name, '–', ...metrics.map(() => '–'), '–', '–', '–'];
  const said = cure.metrics ?? [cure.metric];
  return [
    ...name,
    decibels(cure.sqnrDb),
    ...metrics.map((_, place) => formatFigure(said[place] ?? undefined)),
    formatCount(cure.bytes),
    `${cure.arenaAtLeast ? 'at least ' : ''}${formatCount(cure.arenaBytes)}`,
    cure.seconds.toFixed(1),
  ];
}

function cureTable({ cures, ...found }: Examination, terminal?: number): string {
  const metrics = metricTitles(found);
  return formatTable(
    [
      { title: 'cure' },
      { title: 'method' },
      right('dB'),
      ...metrics.map((title) => right(printable(title))),
      right('bytes'),
      right('arena'),
      right('s'),
    ],
    cures.map((cure) => cureRow(cure, metrics)),
    terminal,
  );
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [[title, ...lines.map((line) => `- ${printable(line)}`)].join('\n')];
}

/** `terminal` is how many cells a line of the terminal has. */
export function renderDoctor(found: Examination, terminal?: number): string {
  const { calibrationRecords, heldRecords, simulatedRecords } = found;
  const { findings, limits, refusals, advice } = examinationSentences(found);
  const parts = [
    `Calibrated on ${countOf(calibrationRecords, 'sample')}, measured on ${countOf(heldRecords, 'other')}; what single layers and tensors do, on ${formatCount(simulatedRecords)} of them.`,
    budgetTable(found, terminal),
    ...section('What is wrong:', findings),
    `${layerTable(found, terminal)}\nThe last columns: dB that all would gain with this layer in float, its output in int16, its units with scales of their own.`,
    `${tensorTable(found, terminal)}\nClipped, unused and beyond: of the ranges that calibration saw, by samples that it did not see.`,
    ...section('What it is limited by:', limits),
    `${cureTable(found, terminal)}\nOf every cure: its noise and its score on held-out samples, against the signal that today's form has there; bytes are of the model without what its file notes of samples.`,
    ...section('Not possible:', refusals),
    printable(advice),
  ];
  return `${parts.join('\n\n')}\n`;
}
