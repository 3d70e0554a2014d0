/** Colours for one stream: none where it is not a terminal or NO_COLOR is set. */

import { Chalk, type ChalkInstance } from 'chalk';
import type { CliIo, OutputStream } from './io.ts';

/** Colours where the stream is a terminal that shows them, else none. */
export function coloursFor(stream: OutputStream, { env }: CliIo): ChalkInstance {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0';
  const wanted = env.NO_COLOR === undefined || env.NO_COLOR === '' ? forced || stream.isTTY === true : false;
  return new Chalk({ level: wanted && env.TERM !== 'dumb' ? 1 : 0 });
}
