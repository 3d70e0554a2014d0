/** Finds known messages in a build log, a serial log or a single line, and says cause and cure of each. */

import { ARENA_MESSAGES } from './arena-messages.ts';
import { BUILD_MESSAGES } from './build-messages.ts';
import { CONVERTER_MESSAGES } from './converter-messages.ts';
import { DEVICE_MESSAGES } from './device-messages.ts';
import { KERNEL_MESSAGES } from './kernel-messages.ts';
import type { Explanation, KnownMessage } from './known-message.ts';
import { type LogLine, LogLines } from './log-lines.ts';
import type { ModelHelp } from './model-help.ts';
import { OPERATOR_MESSAGES } from './operator-messages.ts';
import { FILE_MESSAGES, PROGRAM_MESSAGES } from './program-messages.ts';
import { SHAPE_MESSAGES } from './shape-messages.ts';
import { TYPE_MESSAGES } from './type-messages.ts';

/** Rows above others win where several match at one place of a line. */
export const KNOWN_MESSAGES: readonly KnownMessage[] = [
  ...OPERATOR_MESSAGES,
  ...ARENA_MESSAGES,
  ...TYPE_MESSAGES,
  ...SHAPE_MESSAGES,
  ...KERNEL_MESSAGES,
  ...PROGRAM_MESSAGES,
  ...FILE_MESSAGES,
  ...CONVERTER_MESSAGES,
  ...BUILD_MESSAGES,
  ...DEVICE_MESSAGES,
];

/** A message that was found, with its cause and cure. */
export interface Explained extends Explanation {
  readonly id: string;
  readonly title: string;
  /** The message as it was printed. */
  readonly message: string;
  /** Of its first appearance, from 1. */
  readonly line: number;
  readonly times: number;
  /** Follows another message, which says more. */
  readonly consequence: boolean;
}

/** More than this is the same few mistakes again and again. */
const MAX_MESSAGES = 100;
const MAX_QUOTED_CHARACTERS = 240;
/** Share of the best score that another message must reach to be named. */
const NEAR_ENOUGH = 0.4;

interface Hit {
  readonly known: KnownMessage;
  readonly match: RegExpExecArray;
  readonly line: number;
  times: number;
}

/** The messages that begin in `line`; `next` completes what a line end cuts. */
function matchesOf(
  { text: line, goesOn, ownCharacters }: LogLine,
  next: string,
): { known: KnownMessage; match: RegExpExecArray }[] {
  const text = goesOn ? line : `${line}\n${next.slice(0, MAX_QUOTED_CHARACTERS)}`;
  const taken: RegExpExecArray[] = [];
  return KNOWN_MESSAGES.flatMap((known) => {
    const match = known.pattern.exec(text);
    if (match === null || match.index >= ownCharacters) return [];
    const end = match.index + match[0].length;
    if (taken.some((other) => match.index < other.index + other[0].length && other.index < end)) return [];
    taken.push(match);
    return [{ known, match }];
  });
}

/** Takes a log piece by piece, as it is read. */
export class MessageFinder {
  readonly #lines = new LogLines();
  readonly #hits = new Map<string, Hit>();
  #waiting: LogLine | undefined;

  push(bytes: Uint8Array): void {
    for (const line of this.#lines.push(bytes)) this.#take(line);
  }

  #take(next: LogLine | undefined): void {
    const line = this.#waiting;
    this.#waiting = next;
    if (line === undefined) return;
    for (const { known, match } of matchesOf(line, next?.text ?? '')) {
      const key = `${known.id} ${JSON.stringify(match.groups ?? {})}`;
      const hit = this.#hits.get(key);
      if (hit !== undefined) hit.times++;
      else if (this.#hits.size < MAX_MESSAGES)
        this.#hits.set(key, { known, match, line: line.number, times: 1 });
    }
  }

  /** Linkers tell one mistake with numbers and again without: the numbers are enough. */
  #distinct(): Hit[] {
    const hits = [...this.#hits.values()];
    const hasNumbers = ({ match }: Hit): boolean =>
      Object.values(match.groups ?? {}).some((group) => group !== undefined);
    const numbered = new Set(hits.filter(hasNumbers).map(({ known }) => known.id));
    return hits.filter((hit) => hasNumbers(hit) || !numbered.has(hit.known.id));
  }

  /** In the order of the log. */
  end(model: ModelHelp | undefined): Explained[] {
    this.#take(this.#lines.rest());
    this.#take(undefined);
    return this.#distinct().map(({ known, match, line, times }) => ({
      id: known.id,
      title: known.title,
      message: match[0].trim().slice(0, MAX_QUOTED_CHARACTERS),
      line,
      times,
      consequence: known.consequence === true,
      ...known.explain(match.groups ?? {}, model),
    }));
  }
}

/** The known messages in a text, in its order; none where none is known. */
export function explainText(text: string, model: ModelHelp | undefined): Explained[] {
  const finder = new MessageFinder();
  finder.push(new TextEncoder().encode(text));
  return finder.end(model);
}

function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .toLowerCase()
      .slice(0, 4096)
      .match(/[a-z]{3,}/g),
  );
}

/** Known messages that share the rarest words with `text`, the nearest first; none where nothing is alike. */
export function nearestMessages(text: string, count: number): readonly KnownMessage[] {
  const words = wordsOf(text);
  const rows = KNOWN_MESSAGES.map((known) => ({ known, words: wordsOf(`${known.example} ${known.title}`) }));
  const rowsWith = (word: string): number => rows.filter((row) => row.words.has(word)).length;
  const weights = new Map([...words].map((word) => [word, 1 / Math.max(1, rowsWith(word))]));
  const scored = rows
    .map((row) => ({
      known: row.known,
      score: [...row.words].reduce((sum, word) => sum + (weights.get(word) ?? 0), 0),
    }))
    .sort((a, b) => b.score - a.score);
  const least = Math.max(Number.MIN_VALUE, (scored[0]?.score ?? 0) * NEAR_ENOUGH);
  return scored
    .filter(({ score }) => score >= least)
    .slice(0, count)
    .map(({ known }) => known);
}
