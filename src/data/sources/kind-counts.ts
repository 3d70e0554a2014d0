import type { ColumnKind } from './row-source.ts';

/** So many values of one kind for each that is not are a column of that kind with mistakes in it, which reading names. */
const MISTAKES = 20;

/** What the values of columns are, where files do not say it: counted, missing ones left out. */
export class KindCounts {
  readonly #numbers: number[] = [];
  readonly #times: number[] = [];
  readonly #texts: number[] = [];

  addNumber(place: number): void {
    this.#numbers[place] = (this.#numbers[place] ?? 0) + 1;
  }

  addText(place: number, isTime: boolean): void {
    const counts = isTime ? this.#times : this.#texts;
    counts[place] = (counts[place] ?? 0) + 1;
  }

  /** A number or time where nearly all values are; a column without values is a number. */
  kind(place: number): ColumnKind {
    const [numbers, times, texts] = [this.#numbers, this.#times, this.#texts].map(
      (counts) => counts[place] ?? 0,
    );
    if (numbers >= MISTAKES * (times + texts)) return 'number';
    return times >= MISTAKES * (numbers + texts) ? 'time' : 'category';
  }
}
