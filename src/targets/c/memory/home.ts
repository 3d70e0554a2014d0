/** Where values lie while a program runs. */

/** The place of one value. */
export type Home =
  /** The caller's memory of that graph input or output, from one of its elements on. */
  | { readonly at: 'input' | 'output'; readonly index: number; readonly element: number }
  /** The caller's state. */
  | { readonly at: 'state'; readonly index: number }
  /** Bytes from the beginning of the buffer. */
  | { readonly at: 'buffer'; readonly offset: number };
