import type { Command } from 'commander';
import type { CliIo } from '../terminal/io.ts';

export function registerExplain(program: Command, io: CliIo): void {
  program
    .command('explain')
    .description(
      'Say what a message of TensorFlow Lite Micro, of the compiler or of the board means, and what to do.',
    )
    .argument('<message>', 'the message; - reads a whole log from standard input')
    .option('--model <file>', 'the model that the program runs: with it, the lines of code are exact')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml explain "Didn't find op for builtin opcode 'CONV_2D' version '3'" --model kws.tflite
  $ tinyml explain "Failed to resize buffer. Requested: 1024, available 640, missing: 384"
  $ tinyml explain - < build.log`,
    )
    .action(async (message: string, { model, json }: { model?: string; json?: boolean }) => {
      const { explain } = await import('../actions/explain-action.ts');
      await explain(io, message, { ...(model === undefined ? {} : { model }), json: json === true });
    });
}
