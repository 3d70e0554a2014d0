/** How a model that listens decides, and what it heard of the recordings of both splits. */

import { formatFigure } from '../../core/figure-text.ts';
import type { Preparation } from '../../core/samples/preparation.ts';
import { readingsPerAnswer } from '../../models/listen/scorer.ts';
import type { Block, Section } from '../../targets/report/page.ts';
import { scoreScale } from '../stream/hear-recording.ts';
import { type ListeningArtifacts, readListeningModel } from '../stream/listening-model.ts';
import type { StreamFigures, StreamSettings } from '../stream/stream-settings.ts';

const SECONDS_OF_AN_HOUR = 3600;
const NOTHING = '–';

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}

/** `scale` is that of a step of a score. */
function settingsOf(
  { decision, every, rate }: StreamSettings,
  preparation: Preparation,
  scale: number,
): Block {
  const { smoothing, on, off, gap, threshold } = decision;
  const answer = readingsPerAnswer(preparation, every) / rate;
  // Every class that is heard has the same sums.
  const place = on.findIndex((sum) => sum > 0);
  const mean = (sum: number): string => ((sum * scale) / smoothing).toFixed(2);
  return {
    kind: 'facts',
    facts: [
      ['an answer every', seconds(answer)],
      ['answers added up', `${smoothing} (${seconds(smoothing * answer)})`],
      [
        threshold === undefined ? 'heard from a mean score of' : 'heard from a mean error of',
        threshold === undefined ? mean(on[place]) : `${mean(on[place])} × ${formatFigure(threshold)}`,
      ],
      [
        'over below',
        threshold === undefined ? mean(off[place]) : `${mean(off[place])} × ${formatFigure(threshold)}`,
      ],
      ['least time between two', seconds(gap * answer)],
    ],
  };
}

function perHour({ falseAlarms, backgroundSeconds }: StreamFigures): string {
  if (backgroundSeconds === 0) return NOTHING;
  return ((falseAlarms * SECONDS_OF_AN_HOUR) / backgroundSeconds).toFixed(1);
}

function delayOf({ hits, delaySeconds }: StreamFigures): string {
  return hits.some(({ heard }) => heard > 0) ? seconds(delaySeconds) : NOTHING;
}

const FIGURES: readonly (readonly [title: string, of: (figures: StreamFigures) => string])[] = [
  ['length', (own) => seconds(own.seconds)],
  ['of it background', (own) => seconds(own.backgroundSeconds)],
  ['false alarms', (own) => String(own.falseAlarms)],
  ['false alarms in an hour of background', perHour],
  ['something else than was to be heard', (own) => String(own.confusions)],
  ['missed', (own) => `${own.misses} of ${own.hits.reduce((sum, { of }) => sum + of, 0)}`],
  ['heard after its beginning, on average', delayOf],
];

function figuresTable({ validation, test }: StreamSettings): Block {
  return {
    kind: 'table',
    caption:
      'Along the recordings of each split, behind one another: those of validation chose the settings, those of test did not',
    columns: [{ title: '' }, { title: 'validation', align: 'right' }, { title: 'test', align: 'right' }],
    rows: FIGURES.map(([title, of]) => [title, of(validation), of(test)]),
  };
}

/** A cell of what was missed is tinted by its share. */
function missedTable({ labels, decision, validation, test }: StreamSettings): Block {
  const cells = ({ hits }: StreamFigures, output: number) => {
    const { heard, of } = hits[output];
    return [String(of), { text: String(of - heard), share: of === 0 ? 0 : (of - heard) / of }];
  };
  return {
    kind: 'table',
    caption: 'What was to be heard, by its class',
    columns: ['class', 'validation', 'missed', 'test', 'missed'].map((title, column) =>
      column === 0 ? { title } : { title, align: 'right' as const },
    ),
    rows: labels.flatMap((label, output) =>
      decision.on[output] === 0 ? [] : [[label, ...cells(validation, output), ...cells(test, output)]],
    ),
  };
}

export function streamSection(artifacts: ListeningArtifacts): Section {
  const { graph, preparation, settings } = readListeningModel(artifacts);
  return {
    id: 'stream',
    title: 'Listening',
    blocks: [
      settingsOf(settings, preparation, scoreScale(graph, settings.decision)),
      figuresTable(settings),
      missedTable(settings),
    ],
  };
}
