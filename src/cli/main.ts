/** The command line: parses, calls, prints. The only place where errors become text and exit codes. */

import { type Command, CommanderError } from 'commander';
import { EXIT_CODES, TinymlError, usageError } from '../core/errors.ts';
import { given } from '../core/given.ts';
import { VERSION } from '../core/version.ts';
import type { Action, Perform } from './commands/perform.ts';
import type { ErrorJson } from './printed-json.ts';
import { createProgram } from './program.ts';
import { printable, printableJson, printableLines } from './render/printable.ts';
import type { CliIo } from './terminal/io.ts';
import type { Session } from './terminal/session.ts';

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

/** An option that needs a value takes the next word for it, whatever that is: `-o --int8` would write a file "--int8". */
function refuseOptionsAsValues(command: Command): void {
  const names = new Set(command.options.flatMap(({ short, long }) => [short, long]));
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (typeof value !== 'string' || !names.has(value)) continue;
    throw usageError(
      'option-as-value',
      `--${option.name()} takes ${value} for its value, which is an option`,
      `Give the value of --${option.name()} behind it; what is called ${value} is "./${value}".`,
    );
  }
}

/** `started` learns of the session of the command that is at work. */
function performWith(io: CliIo, started: (session: Session) => void): Perform {
  return <Parsed extends readonly unknown[]>(load: () => Promise<Action<Parsed>>) =>
    async function (this: Command): Promise<void> {
      const [action, { Session }] = await Promise.all([load(), import('./terminal/session.ts')]);
      refuseEmptyValues(this);
      refuseOptionsAsValues(this);
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

async function report(error: unknown, io: CliIo): Promise<number> {
  const [{ coloursFor }, { sentenceFor }] = await Promise.all([
    import('./terminal/colours.ts'),
    import('./terminal/wrap-sentence.ts'),
  ]);
  const colours = coloursFor(io.stderr, io);
  const sentence = (text: string): string => sentenceFor(io.stderr, printable(text), 'error '.length);
  if (error instanceof TinymlError) {
    io.stderr.write(`${colours.red('error')} ${sentence(`${error.message.replace(/\.$/, '')}.`)}\n`);
    if (error.hint !== undefined) io.stderr.write(`${colours.dim('hint ')} ${sentence(error.hint)}\n`);
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
    const perform = performWith(io, (started) => {
      session = started;
    });
    const { stdout } = io;
    // Pipes get help as it is, and need not load this.
    const wrap = stdout.isTTY === true ? await import('./terminal/wrap-sentence.ts') : undefined;
    const output = {
      writeOut: (text: string) => stdout.write(wrap?.helpFor(stdout, text) ?? text),
      writeErr: (text: string) => io.stderr.write(text),
    };
    // What stands anywhere may be the command: behind "help", say.
    const program = await createProgram(output, perform, (name) => argv.includes(name));
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
