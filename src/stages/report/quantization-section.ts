/** What int8 makes of every activation. */

import type { Artifact } from '../../artifacts/store.ts';
import { countOf, formatCount, formatFigure } from '../../core/figure-text.ts';
import type { MethodGains } from '../../models/quantize/method-gains.ts';
import type { Block, Cell, Section } from '../../targets/report/page.ts';
import type { TensorReport } from '../quantization-report.ts';
import { readMethodGains, readQuantization } from '../stage-reports.ts';

/** A bar as long as this is as good as 8 bits get. */
const FULL_DB = 50;
const LISTED = 300;

function sqnrCell(sqnrDb: number | undefined): Cell {
  if (sqnrDb === undefined) return 'no noise';
  return { text: `${sqnrDb.toFixed(1)} dB`, share: sqnrDb / FULL_DB };
}

function row({ tensor, min, max, scale, zeroPoint, clippedShare, sqnrDb }: TensorReport): readonly Cell[] {
  // In JSON, what is no number is null.
  const figure = (value: number | null): string => (value === null ? '–' : formatFigure(value));
  return [
    tensor,
    figure(min),
    figure(max),
    formatFigure(scale),
    String(zeroPoint),
    `${(100 * clippedShare).toFixed(2)} %`,
    sqnrCell(sqnrDb),
  ];
}

function worstSentence(tensors: readonly TensorReport[]): string {
  const noisy = tensors.filter(({ sqnrDb }) => sqnrDb !== undefined);
  if (noisy.length === 0) return 'No tensor differs from what the float model computes.';
  const worst = noisy.reduce((a, b) => ((b.sqnrDb ?? 0) < (a.sqnrDb ?? 0) ? b : a));
  return `The noisiest tensor is ${worst.tensor}, with a signal to noise of ${worst.sqnrDb?.toFixed(1)} dB.`;
}

function gainCell(gainDb: number | undefined): Cell {
  return gainDb === undefined ? 'no noise' : `${gainDb < 0 ? '−' : '+'}${Math.abs(gainDb).toFixed(1)} dB`;
}

/** Nothing where it was not measured. */
function gainBlocks(gains: MethodGains | undefined): readonly Block[] {
  if (gains === undefined) return [];
  const { records, sqnrDb, methods } = gains;
  const together = sqnrDb === undefined ? 'no noise' : `${sqnrDb.toFixed(1)} dB`;
  return [
    {
      kind: 'table',
      caption: `What each method gains, quantized with it and without it; all together: ${together}, on ${countOf(records, 'sample')} that were held back`,
      columns: [{ title: 'method' }, { title: 'gain', align: 'right' }],
      rows: methods.map(({ method, gainDb }) => [method, gainCell(gainDb)]),
    },
  ];
}

export function quantizationSection(quantize: Artifact): Section {
  const tensors = readQuantization(quantize);
  const { samples, excursions } = quantize.manifest.metrics;
  const blocks: Block[] = [
    {
      kind: 'text',
      text: `Ranges were calibrated on ${countOf(Number(samples), 'training sample')}${excursions === undefined ? '' : ` and ${formatCount(Number(excursions))} made of them that leave what is normal`}. ${worstSentence(tensors)}`,
    },
    ...gainBlocks(readMethodGains(quantize)),
    {
      kind: 'table',
      caption:
        tensors.length > LISTED
          ? `The first ${LISTED} of ${tensors.length} activations, int8 against float`
          : 'Every activation, int8 against float',
      columns: [
        { title: 'tensor' },
        ...['least', 'largest', 'scale', 'zero point', 'clipped', 'signal to noise'].map((title) => ({
          title,
          align: 'right' as const,
        })),
      ],
      rows: tensors.slice(0, LISTED).map(row),
    },
  ];
  return { id: 'quantization', title: 'Quantization', blocks };
}
