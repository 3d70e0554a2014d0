/** Options of commands that listen to a board. */

import { InvalidArgumentError, Option } from 'commander';
import { SELF_TEST_BAUD } from '../../../targets/firmware/self-test-line.ts';
import { AUTO_PORT } from '../../serial/choose-port.ts';
import { parseInteger, parseNumber } from '../option-values.ts';

const MOST_BAUD = 12_000_000;
const MOST_SECONDS = 86_400;

function parseBaud(text: string): number {
  const value = parseInteger(text);
  if (value < 1 || value > MOST_BAUD)
    throw new InvalidArgumentError(`It must be a rate from 1 to ${MOST_BAUD}.`);
  return value;
}

/** A time that can be waited for. */
export function parseSeconds(text: string): number {
  const value = parseNumber(text);
  if (value <= 0 || value > MOST_SECONDS)
    throw new InvalidArgumentError(`It must be a time above 0 and up to ${MOST_SECONDS}.`);
  return value;
}

/** The port, which is that of the only board where nothing else is said. */
export function portOption(): Option {
  return new Option(
    '--port <port>',
    'the serial port of the board; auto where only one is connected',
  ).default(AUTO_PORT);
}

/** The rate of a UART; boards with USB of their own take any. */
export function baudOption(): Option {
  return new Option('--baud <rate>', 'the rate in the Serial.begin() of the board')
    .default(SELF_TEST_BAUD)
    .argParser(parseBaud);
}
