import { type Command, InvalidArgumentError, Option } from 'commander';
import { SENDING_SENSORS } from '../../../targets/firmware/sending-sensors.ts';
import { parseInteger } from '../option-values.ts';
import type { Perform } from '../perform.ts';
import { baudOption, parseSeconds, portOption } from './port-options.ts';

/** Of any microphone. */
const MOST_SOUND_RATE = 192_000;

function parseRepeat(text: string): number {
  const value = parseInteger(text);
  if (value < 1 || value > 10_000) throw new InvalidArgumentError('It must be from 1 to 10000.');
  return value;
}

function parseRate(text: string): number {
  const value = parseInteger(text);
  if (value < 1 || value > MOST_SOUND_RATE)
    throw new InvalidArgumentError(`It must be a rate from 1 to ${MOST_SOUND_RATE}.`);
  return value;
}

/** Declares `tinyml collect`, with its options and examples. */
export function declareCollect(command: Command, perform: Perform): void {
  command
    .option('--label <name>', 'the class, which is the folder that the recordings lie in')
    .option('--seconds <n>', 'how long one recording is, from its first row', parseSeconds, 10)
    .option('--repeat <n>', 'recordings, with a pause of 2 s before each but the first', parseRepeat, 1)
    .option('--sound <rate>', 'each row is a sample of sound, so many a second: writes WAV files', parseRate)
    .option('-o, --output <dir>', 'where the folders of all classes lie', 'data')
    .option('--sketch <dir>', 'record nothing, and write an Arduino sketch that sends readings')
    .addOption(new Option('--sensor <name>', 'with --sketch: what it sends').choices(SENDING_SENSORS))
    .addOption(portOption())
    .addOption(baudOption())
    .addHelpText(
      'after',
      `
A row is a line of numbers between commas, tabs or blanks, or of name:value as the Serial Plotter takes them. Each
recording is a new file, with the time at which each row was heard; Ctrl-C ends it and keeps what is there. With --sound
a row is a whole number of 16 bits, and a recording a WAV file of that rate; at what rate rows really came is printed.

Examples:
  $ tinyml collect --label walk --seconds 10
  $ tinyml collect --label wave --seconds 2 --repeat 20 -o gestures
  $ tinyml collect --label idle --port /dev/ttyACM0 --baud 230400
  $ tinyml collect --label yes --seconds 1 --repeat 20 --baud 1000000 --sound 16000
  $ tinyml init --from data my-project
  $ tinyml collect --sketch send --sensor imu-bmi270   # Nano 33 BLE Sense Rev2; imu-lsm9ds1 is Rev1`,
    )
    .action(perform(async () => (await import('../../actions/board/collect-action.ts')).collectAction));
}
