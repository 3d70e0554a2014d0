import { type Command, InvalidArgumentError, Option } from 'commander';
import { COST_NAMES, type CostName } from '../../stages/search/cost-names.ts';
import type { SearchLimits } from '../../stages/search/limits.ts';
import { parseBytesOption, parseCountOption, parseInteger, parseNumber, parseSeed } from './option-values.ts';
import type { Perform } from './perform.ts';

const FIT_FORM = 'It must be such as ram=64k,flash=256k,macs=5M, or some of them.';

/** `ram=64k,flash=256k,macs=5M`, or some of them, or `arena`. */
function parseLimits(text: string): SearchLimits {
  const limits: Partial<Record<CostName, number>> = {};
  for (const part of text.split(',')) {
    const [, word, size] = /^\s*([a-z]+)=(.*)$/.exec(part) ?? [];
    const name = COST_NAMES.find((known) => known === word);
    if (name === undefined || limits[name] !== undefined) throw new InvalidArgumentError(FIT_FORM);
    limits[name] = name === 'macs' ? parseCountOption(size.trim()) : parseBytesOption(size.trim());
  }
  return limits;
}

function parsePositive(text: string): number {
  const value = parseInteger(text);
  if (value < 1) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

/** A week at most. */
const MOST_MINUTES = 10_080;

function parseMinutes(text: string): number {
  const value = parseNumber(text);
  if (value <= 0 || value > MOST_MINUTES) {
    throw new InvalidArgumentError(`It must be above 0, and at most ${MOST_MINUTES}.`);
  }
  return value;
}

const MOST_JOBS = 256;

function parseJobs(text: string): number {
  const value = parsePositive(text);
  if (value > MOST_JOBS) throw new InvalidArgumentError(`It must be at most ${MOST_JOBS}.`);
  return value;
}

/** Declares `tinyml search`, with its options and examples. */
export function declareSearch(command: Command, perform: Perform): void {
  command
    .option('--fit <limits>', 'ram=SIZE,flash=SIZE,arena=SIZE,macs=COUNT or some of them', parseLimits)
    .option('--space <file>', 'what may be chosen; by default what lies around the project')
    .option('--trials <n>', 'trainings, long and short (default: 64, or what --minutes allow)', parsePositive)
    .option('--minutes <n>', 'end after so long, with what was finished by then', parseMinutes)
    .option('--seed <n>', 'seed of everything random', parseSeed)
    .option('--jobs <n>', 'trials at a time (default: one for each core)', parseJobs)
    .addOption(
      new Option(
        '--queue <address>',
        'run trials wherever "tinyml worker" serves the queue on that Redis server',
      ).conflicts('jobs'),
    )
    .option('--fresh', 'begin anew, and forget what earlier searches finished')
    .option('--write [file]', "put the chosen one into the project's file, or with a name into a new file")
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml search --fit ram=64k,flash=256k,macs=5M
  $ tinyml search --fit flash=12k --minutes 10
  $ tinyml search --space space.json --trials 100 --jobs 4
  $ tinyml search --fit flash=12k --write
  $ tinyml search --fit flash=12k --queue redis://host      "tinyml worker --queue redis://host" works for it
  $ tinyml search --fit flash=12k --write smaller.config.json --json

A space is a JSON file: places in the project file, each with values, a range, or a list of changing length.
  { "knobs": {
      "model.filters": { "length": [2, 4], "each": { "from": 4, "to": 32, "scale": "log" } },
      "model.kernel": [3, 5],
      "model.layers[2]": { "optional": true },
      "training.learningRate": { "from": 0.001, "to": 0.01, "scale": "log" } } }

Limits that --fit does not name are those of "check" in the project file. What a network costs is known before it is trained,
and what cannot fit is not trained. All are trained a little, the better third three times as long, and the best as long as
the project says; children of the best follow. From 30 trials on, or with --minutes alone, up to 128 networks are trained
together first, with weights that they share, and the best of them come in with the better third. The best one is chosen by the validation samples, in int8 as the chip computes
it; of the front at the end the test samples are told, too. The same seed gives the same result, however many jobs or workers there are.
What is finished is kept in artifacts/search: after Ctrl-C, or when the time was over, the same command goes on there.`,
    )
    .action(perform(async () => (await import('../actions/search-action.ts')).searchAction));
}
