import { type Command, InvalidArgumentError, Option } from 'commander';
import { TASKS } from '../../models/score/tasks.ts';
import type { FitLimits } from '../../stages/model/fit-architecture.ts';
import type { ImageSize, SplitRequest } from '../../stages/proposal/data-request.ts';
import { TEMPLATE_NAMES, TEMPLATE_SUMMARIES } from '../../stages/templates/names.ts';
import { parseBytesOption, parseInteger } from './option-values.ts';
import type { Perform } from './perform.ts';

function parseList(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function parseLength(text: string): number {
  const value = parseInteger(text);
  if (value < 1) throw new InvalidArgumentError('It must be at least 1.');
  return value;
}

/** `96x96`, `28x28x1`: width, height, channels. */
function parseImage(text: string): ImageSize {
  const [, width, height, channels] = /^(\d{1,4})x(\d{1,4})(?:x([13]))?$/.exec(text) ?? [];
  if (width === undefined) throw new InvalidArgumentError('It must be such as 96x96 or 28x28x1.');
  return {
    width: Number(width),
    height: Number(height),
    ...(channels === undefined ? {} : { channels: Number(channels) }),
  };
}

const SPLITS: readonly SplitRequest['by'][] = ['stratified', 'random', 'group', 'time'];

/** `time`, `head:400`, `every:5`. */
function parseSplit(text: string): SplitRequest {
  const [, by, number] = /^(head|every):(\d{1,9})$/.exec(text) ?? [];
  if (by === 'head' || by === 'every') return { by, number: Number(number) };
  const found = SPLITS.find((name) => name === text);
  if (found !== undefined) return { by: found };
  throw new InvalidArgumentError(`It must be ${SPLITS.join(', ')}, head:ROWS or every:N.`);
}

/** `ram=64k,flash=256k`, or one of the two. */
function parseFit(text: string): FitLimits {
  const limits: { ram?: number; flash?: number } = {};
  for (const part of text.split(',')) {
    const [, name, size] = /^\s*(ram|flash)=(.*)$/.exec(part) ?? [];
    if ((name !== 'ram' && name !== 'flash') || limits[name] !== undefined) {
      throw new InvalidArgumentError('It must be such as ram=64k,flash=256k, or one of the two.');
    }
    limits[name] = parseBytesOption(size.trim());
  }
  return limits;
}

function templateList(): string {
  const width = Math.max(...TEMPLATE_NAMES.map(({ length }) => length));
  return TEMPLATE_NAMES.map((name) => `  ${name.padEnd(width)}  ${TEMPLATE_SUMMARIES[name]}`).join('\n');
}

/** Declares `tinyml init`, with its options and examples. */
export function declareInit(command: Command, perform: Perform): void {
  command
    .argument('[dir]', 'folder of the new project', '.')
    .option(
      '--from <path>',
      'your data: a file or a folder, looked at from end to end, with the files that its rows name; may be repeated',
      collect,
    )
    .addOption(
      new Option('--template <name>', 'a complete project on data that tinyml makes until you bring yours')
        .choices(TEMPLATE_NAMES)
        .conflicts('from'),
    )
    .option('--test <path>', 'data for the test alone')
    .option('--target <column>', 'the column to be learned')
    .option('--features <columns>', 'the columns that the network sees, between commas', parseList)
    .option('--ignore <columns>', 'columns that it does not see', parseList)
    .option('--group <column>', 'what belongs together and is never split: a person, an engine')
    .option('--time <column>', 'when a row was measured: the test is on the latest')
    .option(
      '--split <way>',
      'stratified, random, group, time, head:ROWS of every recording, every:N',
      parseSplit,
    )
    .option('--window <rows>', 'rows in one sample', parseLength)
    .option('--stride <rows>', 'rows from one window to the next (default: the window)', parseLength)
    .addOption(new Option('--task <task>', 'what the network is to do').choices(TASKS))
    .option('--normal <labels>', 'classes that are normal: everything else is an anomaly', parseList)
    .option('--image <size>', 'size of pictures for the network, such as 96x96 or 28x28x1', parseImage)
    .option('--skip-bad <n>', 'rows or files that cannot be read and are left out', parseInteger)
    .option('--max-bytes <size>', 'the same as --fit flash=SIZE', parseBytesOption)
    .option('--fit <limits>', 'a network as wide as ram=SIZE,flash=SIZE or one of them allow', parseFit)
    .addHelpText(
      'after',
      `
Templates:
${templateList()}

Examples:
  $ tinyml init
  $ tinyml init my-project
  $ tinyml init --template gesture wand
  $ tinyml init --from sensors.csv --target failure --ignore id pump
  $ tinyml init --from gestures/train --test gestures/test wand
  $ tinyml init --from machine --target state --normal ok --window 10 --stride 1 watch
  $ tinyml init --from photos --image 96x96 --fit ram=64k,flash=256k eyes`,
    )
    .action(perform(async () => (await import('../actions/init-action.ts')).initAction));
}
