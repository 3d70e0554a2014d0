/** The commands with their options, as commander knows them; what they do is handed in. */

import { Command, Option, type OutputConfiguration } from 'commander';
import { VERSION } from '../core/version.ts';
import { LISTED_COMMANDS } from './command-list.ts';
import { commandLineError } from './commands/command-line-error.ts';
import type { Perform } from './commands/perform.ts';
import { DECLARATIONS } from './declarations.ts';

const EXAMPLES = `
Examples:
  $ tinyml run                     everything, from data to C array
  $ tinyml train --epochs 100      one stage; what it reads is made first where it is missing
  $ tinyml convert --int8 -o sine.tflite
  $ tinyml inspect sine.tflite     operators, cost, and where the bytes go
  $ tinyml export-c sine.tflite --style arduino -o sketch
  $ tinyml search --fit flash=12k  better networks within limits
  $ tinyml report                  one HTML page of all of it

Without a tinyml.config.json, here or in a folder above, the commands work on the built-in project, y = sin(x)·√x.
`;

/** Every command has it; where another format is chosen, there is no JSON. */
function jsonOption(): Option {
  return new Option('--json', 'print one JSON object').conflicts('format');
}

function configOption(): Option {
  return new Option(
    '--config <file>',
    'the project file, whose folder is the project (default: tinyml.config.json here, or in a folder above)',
  );
}

/** Lets help and version end as they do; everything else is an error of ours. */
function refuseFor(command: Command, name: string): void {
  command.exitOverride((error) => {
    throw error.exitCode === 0 || error.code === 'commander.help' ? error : commandLineError(error, name);
  });
}

/** Where help goes, and what goes wrong before there is a command. */
export type ProgramOutput = Required<Pick<OutputConfiguration, 'writeOut' | 'writeErr'>>;

/**
 * The program; `perform` makes work of what a command is to do. Commands that are not called have no options but those of
 * all: the list of them needs no more, and is there sooner.
 */
export async function createProgram(
  output: ProgramOutput,
  perform: Perform,
  isCalled: (name: string) => boolean = () => true,
): Promise<Command> {
  const program = new Command('tinyml')
    .description('TinyML from dataset to C array, without Python; what it prints is what the chip computes.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', EXAMPLES)
    .showSuggestionAfterError()
    .configureOutput({
      ...output,
      // Commander's own words come as an error, and are told as all errors are.
      outputError: () => {},
    });
  refuseFor(program, 'tinyml');
  for (const [name, { description, takes, ofProject }] of LISTED_COMMANDS) {
    const command = program.command(name).description(description);
    if (isCalled(name)) (await DECLARATIONS[name]())(command, perform);
    else if (takes !== undefined) command.arguments(takes);
    if (ofProject) command.addOption(configOption());
    command
      .copyInheritedSettings(program)
      .addOption(jsonOption())
      .helpOption('-h, --help', 'print this help');
    refuseFor(command, `tinyml ${command.name()}`);
  }
  return program;
}
