/** Draws a stage's talk on stderr: one live progress line on a terminal, a line at every tenth elsewhere. */

import type { ChalkInstance } from 'chalk';
import type { Reporter } from '../../core/reporter.ts';
import { cutToWidth, displayWidth } from '../render/display-width.ts';
import { printable } from '../render/printable.ts';
import { sparkline } from '../render/sparkline.ts';
import { coloursFor } from './colours.ts';
import type { CliIo } from './io.ts';
import { sentenceFor } from './wrap-sentence.ts';

const REDRAW_MS = 80;
const MAX_BAR_CELLS = 24;
/** Of a narrow terminal the bar takes a third, and less where the numbers need the room: they say more. */
const BAR_SHARE = 1 / 3;
const LEAST_BAR_CELLS = 8;
/** Blanks around the bar, and the last cell. */
const BAR_MARGIN = 3;
const MAX_CURVE_CELLS = 40;
const LEAST_CURVE_CELLS = 8;
const CLEAR_LINE = '\r\u001b[K';

/** A reporter whose progress can be taken off the screen. */
export interface TerminalReporter extends Reporter {
  /** Removes the live line, so that something else can be printed. */
  clear(): void;
  /** Prints a line as it is. */
  line(text: string): void;
  /**
   * Draws lines in the place of those before, a few times a second where stderr is a terminal, and nothing elsewhere. Each is
   * to be shorter than the cells.
   */
  draw(render: (cells: number, colours: ChalkInstance) => readonly string[]): void;
}

/** `1:05`, or `12 s` below a minute. */
function formatTime(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** For one command; progress is one live line where stderr is a terminal, elsewhere a line at every tenth. */
export function createTerminalReporter(io: CliIo): TerminalReporter {
  const { stderr } = io;
  const colours = coloursFor(stderr, io);
  const live = stderr.isTTY === true && io.env.TERM !== 'dumb';
  /** Lines of what is drawn: the cursor stands at the end of the last one. */
  let drawn = 0;
  let startedAt = 0;
  let redrawnAt = 0;
  let lastDone = 0;

  const clear = (): void => {
    if (drawn === 1) stderr.write(CLEAR_LINE);
    if (drawn > 1) stderr.write(`\r\u001b[${drawn - 1}A\u001b[J`);
    drawn = 0;
  };
  const line = (text: string): void => {
    clear();
    stderr.write(`${text}\n`);
  };
  const sentence = (foreign: string, before: number): string =>
    sentenceFor(stderr, printable(foreign), before);
  const timeLeft = (done: number, total: number, now: number): string =>
    done === 0 || done >= total
      ? ''
      : `  ${formatTime(((now - startedAt) / 1000 / done) * (total - done))} left`;

  const drawLive = (done: number, total: number, detail: string, now: number): void => {
    const columns = stderr.columns || 80;
    const text = `  ${done}/${total}  ${detail}${timeLeft(done, total, now)}`;
    const spare = columns - BAR_MARGIN - displayWidth(text);
    const cells = Math.min(MAX_BAR_CELLS, Math.floor(columns * BAR_SHARE), Math.max(LEAST_BAR_CELLS, spare));
    const filled = Math.round((done / total) * cells);
    const bar = colours.cyan('━'.repeat(filled)) + colours.dim('━'.repeat(cells - filled));
    // A line that reaches the last cell may wrap, and what wrapped is not cleared.
    const room = Math.max(0, columns - cells - BAR_MARGIN);
    stderr.write(`${CLEAR_LINE}  ${bar}${cutToWidth(text, room)}`);
    drawn = 1;
  };

  return {
    clear,
    line,
    draw(render) {
      const now = performance.now();
      if (!live || now - redrawnAt < REDRAW_MS) return;
      redrawnAt = now;
      const lines = render(stderr.columns || 80, colours);
      clear();
      stderr.write(lines.join('\n'));
      drawn = lines.length;
    },
    step: (message) => line(`${colours.cyan('▸')} ${colours.bold(sentence(message, 2))}`),
    info: (message) => line(`  ${colours.dim(sentence(message, 2))}`),
    warn: (message) => line(`${colours.yellow('warning')} ${sentence(message, 8)}`),
    curve(label, values) {
      if (!live || values.length < 2) return;
      const ends = `${values[0].toPrecision(3)} → ${values[values.length - 1].toPrecision(3)}`;
      const room = (stderr.columns || 80) - label.length - ends.length - 7;
      if (room < LEAST_CURVE_CELLS) return;
      const drawnCurve = colours.cyan(sparkline(values, Math.min(room, MAX_CURVE_CELLS)));
      line(`  ${label}  ${drawnCurve}  ${colours.dim(ends)}`);
    },
    progress(done, total, foreign) {
      const detail = printable(foreign);
      const now = performance.now();
      if (done <= lastDone || lastDone === 0) startedAt = now;
      const tenth = Math.floor((done / total) * 10) > Math.floor((lastDone / total) * 10);
      lastDone = done >= total ? 0 : done;
      if (live) {
        if (now - redrawnAt < REDRAW_MS && done < total) return;
        redrawnAt = now;
        drawLive(done, total, detail, now);
        if (done >= total) clear();
      } else if (tenth && now - startedAt > 1000) {
        line(`  ${done}/${total}  ${detail}${timeLeft(done, total, now)}`);
      }
    },
  };
}
