import type { Command } from 'commander';
import type { CliIo } from '../terminal/io.ts';

export function registerVerify(program: Command, io: CliIo): void {
  program
    .command('verify')
    .description("Read a board's serial log and tell whether the chip computed what tinyml computed.")
    .argument('<log>', 'what the serial port printed; - for standard input')
    .option('--model <file>', 'the model that should be on the chip: .tflite file or C array')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      `
The last complete line of the self-test counts. Exit code 5 where it is not PASS, or of another model.

Examples:
  $ tinyml verify serial.log
  $ tinyml verify serial.log --model sine.tflite
  $ tinyml verify - < serial.log`,
    )
    .action(async (log: string, { model, json }: { model?: string; json?: boolean }) => {
      const { verify } = await import('../actions/verify-action.ts');
      await verify(io, log, { ...(model === undefined ? {} : { model }), json: json === true });
    });
}
