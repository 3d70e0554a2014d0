/** The command line: parses, calls, prints. The only place where errors become text and exit codes. */

import { Command, CommanderError, Option } from 'commander';
import { EXIT_CODES, TinymlError, usageError } from '../core/errors.ts';
import { given } from '../core/given.ts';
import { VERSION } from '../core/version.ts';
import { declareCheck } from './commands/check-command.ts';
import { declareClean } from './commands/clean-command.ts';
import { commandLineError } from './commands/command-line-error.ts';
import { declareConvert } from './commands/convert-command.ts';
import { declareDataset } from './commands/dataset-command.ts';
import { declareDiff } from './commands/diff-command.ts';
import { declareEvaluate } from './commands/evaluate-command.ts';
import { declareExplain } from './commands/explain-command.ts';
import { declareExportC } from './commands/export-c-command.ts';
import { declareInit } from './commands/init-command.ts';
import { declareInspect } from './commands/inspect-command.ts';
import type { Action, Perform } from './commands/perform.ts';
import { declarePredict } from './commands/predict-command.ts';
import { declareQuantize } from './commands/quantize-command.ts';
import { declareReport } from './commands/report-command.ts';
import { declareRun } from './commands/run-command.ts';
import { declareTrain } from './commands/train-command.ts';
import { declareVerify } from './commands/verify-command.ts';
import type { ErrorJson } from './printed-json.ts';
import { printable, printableJson, printableLines } from './render/printable.ts';
import type { CliIo } from './terminal/io.ts';
import type { Session } from './terminal/session.ts';

const DECLARATIONS = [
  declareRun,
  declareInit,
  declareClean,
  declareDataset,
  declareTrain,
  declareQuantize,
  declareConvert,
  declareEvaluate,
  declareReport,
  declareExportC,
  declarePredict,
  declareInspect,
  declareVerify,
  declareExplain,
  declareCheck,
  declareDiff,
];

const EXAMPLES = `
Examples:
  $ tinyml run                     everything, from data to C array
  $ tinyml train --epochs 100      one stage; what it reads is made first where it is missing
  $ tinyml convert --int8 -o sine.tflite
  $ tinyml inspect sine.tflite     operators, cost, and where the bytes go
  $ tinyml export-c sine.tflite --style arduino -o sketch
  $ tinyml report                  one HTML page of all of it

Without a tinyml.config.json, here or in a folder above, the commands work on the built-in project, y = sin(x)·√x.
`;

/** Every command has it; where another format is chosen, there is no JSON. */
function jsonOption(): Option {
  return new Option('--json', 'print one JSON object').conflicts('format');
}

/** Commands that read a project file; `init` writes one. */
const OF_PROJECTS: ReadonlySet<string> = new Set([
  'run',
  'dataset',
  'train',
  'quantize',
  'convert',
  'evaluate',
  'report',
  'export-c',
  'inspect',
  'check',
  'clean',
]);

function configOption(): Option {
  return new Option(
    '--config <file>',
    'the project file, whose folder is the project (default: tinyml.config.json here, or in a folder above)',
  );
}

/** An empty word is a shell variable without a value; as a path it would be the current folder. */
function refuseEmptyValues(command: Command): void {
  const empty = [
    ...command.registeredArguments.map((argument, index) => [
      `<${argument.name()}>`,
      command.processedArgs[index] as unknown,
    ]),
    ...command.options.map((option) => [
      `--${option.name()}`,
      command.getOptionValue(option.attributeName()) as unknown,
    ]),
  ].find(([, value]) => value === '');
  if (empty === undefined) return;
  throw usageError(
    'empty-value',
    `${empty[0]} is empty`,
    'Give a value; a shell variable that is not set makes an empty one.',
  );
}

/** `started` learns of the session of the command that is at work. */
function performWith(io: CliIo, started: (session: Session) => void): Perform {
  return <Parsed extends readonly unknown[]>(load: () => Promise<Action<Parsed>>) =>
    async function (this: Command): Promise<void> {
      const [action, { Session }] = await Promise.all([load(), import('./terminal/session.ts')]);
      refuseEmptyValues(this);
      const { json, config, ...flags } = this.opts();
      const session = new Session(io, json === true, config);
      started(session);
      try {
        await action(session, ...([...this.processedArgs, flags] as unknown as Parsed));
      } finally {
        session.reporter.clear();
      }
    };
}

/** Lets help and version end as they do; everything else is an error of ours. */
function refuseFor(command: Command, name: string): void {
  command.exitOverride((error) => {
    throw error.exitCode === 0 || error.code === 'commander.help' ? error : commandLineError(error, name);
  });
}

function createProgram(io: CliIo, started: (session: Session) => void): Command {
  const program = new Command('tinyml')
    .description('TinyML from dataset to C array, without Python; what it prints is what the chip computes.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Commander's own words come as an error, and are told as all errors are.
      outputError: () => {},
    });
  refuseFor(program, 'tinyml');
  for (const declare of DECLARATIONS) declare(program, performWith(io, started));
  for (const command of program.commands) {
    if (OF_PROJECTS.has(command.name())) command.addOption(configOption());
    command
      .copyInheritedSettings(program)
      .addOption(jsonOption())
      .helpOption('-h, --help', 'print this help');
    refuseFor(command, `tinyml ${command.name()}`);
  }
  return program;
}

async function report(error: unknown, io: CliIo): Promise<number> {
  const { coloursFor } = await import('./terminal/colours.ts');
  const colours = coloursFor(io.stderr, io);
  if (error instanceof TinymlError) {
    io.stderr.write(`${colours.red('error')} ${printable(error.message.replace(/\.$/, ''))}.\n`);
    if (error.hint !== undefined) io.stderr.write(`${colours.dim('hint ')} ${printable(error.hint)}\n`);
    return EXIT_CODES[error.kind];
  }
  const stack = error instanceof Error ? error.stack : String(error);
  io.stderr.write(`${colours.red('internal error')} ${printableLines(String(stack))}\n`);
  io.stderr.write(
    `${colours.dim('hint ')} This is a bug in tinyml ${VERSION}; please report it with the lines above.\n`,
  );
  return EXIT_CODES.internal;
}

/** Whether the command line asks for JSON, where it is too wrong to be parsed. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).includes('--json');
}

function errorJson(error: unknown): ErrorJson {
  if (!(error instanceof TinymlError)) return { error: { code: 'internal', message: String(error) } };
  const { code, message, hint } = error;
  return { error: { code, message, ...given({ hint }) } };
}

/** Runs one command and resolves to its exit code. Never throws. */
export async function main(argv: readonly string[], io: CliIo): Promise<number> {
  let session: Session | undefined;
  try {
    const program = createProgram(io, (started) => {
      session = started;
    });
    if (argv.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return io.signal.aborted ? EXIT_CODES.interrupted : 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
    const json = session === undefined ? asksForJson(argv) : session.json && !session.hasPrinted;
    if (json) io.stdout.write(`${printableJson(errorJson(error))}\n`);
    return report(error, io);
  }
}
