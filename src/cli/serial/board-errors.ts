/** What boards do instead of sending what is expected of them. */

import { environmentError, inputError, type TinymlError } from '../../core/errors.ts';
import { countOf } from '../../core/figure-text.ts';
import type { NoiseMeter } from '../../data/recording/noise-meter.ts';
import type { SerialConnection } from './serial-port.ts';

/** `when` ends the sentence where something had begun: `after 3.2 of 10 s`. */
export function boardGone({ path }: SerialConnection, when = ''): TinymlError {
  return environmentError(
    'board-gone',
    `The board at ${path} was unplugged, or started anew${when}`,
    'Connect it again; where nobody touched it, look for a loose cable or too little power.',
  );
}

export function boardSilent({ path, baud }: SerialConnection, seconds: number): TinymlError {
  return environmentError(
    'board-silent',
    `The board at ${path} sends nothing for ${seconds} s, at ${baud} baud`,
    'Upload a sketch that prints to the serial port, and press reset.',
  );
}

export function boardStalled({ path }: SerialConnection, when: string): TinymlError {
  return environmentError(
    'board-stalled',
    `The board at ${path} stopped sending readings${when}`,
    'Press reset, and look at what it does before it stops: tinyml monitor.',
  );
}

/** It sends bytes that are no text. */
export function serialNoise({ path, baud }: SerialConnection, { share, bytes }: NoiseMeter): TinymlError {
  return inputError(
    'serial-noise',
    `What the board at ${path} sends is no text: ${Math.round(100 * share)} % of ${countOf(bytes, 'byte')}`,
    `It prints at another rate than ${baud} baud: give --baud the number that is in its Serial.begin().`,
  );
}

/** It sends rows that are no sound; `values` are one of them. */
export function noSound({ path }: SerialConnection, values: readonly number[]): TinymlError {
  return inputError(
    'no-sound',
    `What the board at ${path} prints is no sound, such as ${values.join(', ')}`,
    'Sound is a whole number from -32768 to 32767 in each line; without --sound any rows are recorded.',
  );
}

/** It sends text in which no line is a row; `example` is foreign. */
export function noReadings({ path }: SerialConnection, example: string | undefined): TinymlError {
  const lines = example === undefined ? '' : `, such as ${JSON.stringify(example)}`;
  return inputError(
    'no-readings',
    `What the board at ${path} prints is no row of numbers${lines}`,
    'A row is a line of numbers between commas, tabs or blanks, or of name:value; "tinyml collect --sketch DIR" writes a sketch that sends them.',
  );
}
