/** What was heard along a recording, as text. */

import { countOf } from '../../../core/figure-text.ts';
import type { HeardRecording, JudgedRecording } from '../../../stages/stream/hear-recording.ts';
import { printable } from '../printable.ts';
import { formatCount, formatTable } from '../table.ts';

const MOST_EVENTS = 200;

function judgedLines(
  labels: readonly string[],
  judged: JudgedRecording,
  terminal: number | undefined,
): string {
  const rows = judged.hits.flatMap(({ heard, of }, output) =>
    of === 0
      ? []
      : [[printable(labels[output]), formatCount(of), formatCount(heard), formatCount(of - heard)]],
  );
  const table =
    rows.length === 0
      ? ''
      : `${formatTable(
          [
            { title: 'class' },
            { title: 'to be heard', align: 'right' },
            { title: 'heard', align: 'right' },
            { title: 'missed', align: 'right' },
          ],
          rows,
          terminal,
        )}\n`;
  const delay =
    rows.length === 0 ? '' : `; heard ${judged.delaySeconds.toFixed(2)} s after it begins, on average`;
  const confused = `${formatCount(judged.confusions)} times something else than was to be heard`;
  return `${table}${confused}; ${countOf(judged.falseAlarms, 'false alarm')}, ${judged.falseAlarmsPerHour.toFixed(1)} an hour of background${delay}\n`;
}

/** `terminal` is how many cells a line of the terminal has. */
export function renderStream(
  { seconds, answers, missing, labels, events, judged }: HeardRecording,
  terminal: number | undefined,
): string {
  const rows = events
    .slice(0, MOST_EVENTS)
    .map(({ seconds: at, label, score }) => [at.toFixed(2), printable(label), score.toFixed(2)]);
  const table =
    rows.length === 0
      ? ''
      : `${formatTable([{ title: 's', align: 'right' }, { title: 'heard' }, { title: 'score', align: 'right' }], rows, terminal)}\n`;
  const more =
    events.length > MOST_EVENTS
      ? `… and ${formatCount(events.length - MOST_EVENTS)} more: --json has all\n`
      : '';
  const gaps =
    missing === 0 ? '' : `, ${countOf(missing, 'reading')} missing, for which the one before stands`;
  const summary = `${seconds.toFixed(1)} s, ${countOf(answers, 'answer')}, ${formatCount(events.length)} times something heard${gaps}\n`;
  return `${table}${more}${summary}${judged === undefined ? '' : judgedLines(labels, judged, terminal)}`;
}
