/** The first words of the lines that firmware prints while it listens; who reads them reads these. */

/** Before a class that begins to be heard, and its score. */
export const HEARD = 'heard ';
/** Before how many readings were lost since the beginning. */
export const LOST = 'lost readings: ';
