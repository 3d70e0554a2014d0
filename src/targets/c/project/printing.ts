/** How the application of a board prints, and how it lets time pass. */

/** A piece of a line: a text as it stands, or a C expression of a `const char *`, a float or an integer. */
export type Piece =
  | { readonly words: string }
  | { readonly text: string }
  | { readonly real: string }
  | { readonly integer: string };

/** How a board prints. */
export interface Printing {
  /** Statements that print pieces one after another, each statement on a line of its own. */
  pieces(pieces: readonly Piece[]): readonly string[];
  /** The line end. */
  readonly end: string;
  /** A line, which a `const char *` names. */
  line(expression: string): string;
}

/** Statements that let time pass. */
export interface Pauses {
  /** After every sample. */
  readonly pause: string;
  /** While a sensor has nothing to read. */
  readonly nap: string;
}
