import { type Command, Option } from 'commander';
import { HUFFMAN_TIMES, OPTIMIZE_GOALS } from '../../targets/c/optimize.ts';
import { BOARDS } from '../../targets/c/project/board.ts';
import { C_ARRAY_STYLES } from '../../targets/c-array/array-style.ts';
import { ARDUINO_LIBRARIES } from '../../targets/firmware/libraries.ts';
import { parseInteger, parseNames } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml export-c`, with its options and examples. */
export function declareExportC(command: Command, perform: Perform): void {
  command
    .argument('[model]', ".tflite file or C source with a model array; without it, the project's model")
    .option('-o, --output <dir>', 'where the array goes (default: export.directory of the project)')
    .option(
      '--name <identifier>',
      'C identifier of the array (default: g_model); with --standalone, what files and functions begin with (default: model)',
    )
    .addOption(
      new Option('--style <style>', 'tflm: model_data.cc and .h; arduino: model.cpp and .h').choices(
        C_ARRAY_STYLES,
      ),
    )
    .option('--arduino <dir>', 'a complete Arduino sketch in this folder, which gives it its name')
    .option('--tflm <dir>', 'complete sources for TensorFlow Lite Micro: make, bazel and CMake')
    .addOption(
      new Option('--library <library>', 'with --arduino: the library it is for (default: chirale)').choices(
        ARDUINO_LIBRARIES,
      ),
    )
    .option('--standalone <dir>', 'C that computes the model itself, without any library')
    .addOption(
      new Option(
        '--board <board>',
        'with --standalone: what is put around the sources, so that the folder builds as it is (default: host)',
      ).choices(BOARDS),
    )
    .addOption(
      new Option(
        '--optimize <goal>',
        'with --standalone: the least flash, for up to 16 times the instructions, or the fewest instructions, for up to six times the code (default: balanced)',
      ).choices(OPTIMIZE_GOALS),
    )
    .addOption(
      new Option(
        '--huffman <when>',
        'with --standalone: weights lie in flash as Huffman codes where that saves flash, decoded before each layer or once, at boot, into memory of yours',
      ).choices(HUFFMAN_TIMES),
    )
    .option('--labels <names>', "the classes, separated by commas (default: the dataset's)", parseNames)
    .option(
      '--vectors <n>',
      'test vectors of the self-test (default: 8, fewer for large models)',
      parseInteger,
    )
    .option('--force', 'replace files in the folder that were edited, or that tinyml did not write')
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml export-c
  $ tinyml export-c --arduino sine
  $ tinyml export-c --tflm firmware
  $ tinyml export-c --standalone c                     # cd c && cc main.c model.c && ./a.out
  $ tinyml export-c --standalone sine --board arduino
  $ tinyml export-c micro_speech.tflite --arduino speech --labels silence,unknown,yes,no
  $ tinyml export-c person_detect.tflite --name g_person_detect -o src

Of --standalone, bufferBytes are the working memory of one inference, bufferBound what no plan of it could be below,
stateBytes what you keep from one inference to the next, and constantBytes the weights and tables in flash, on top of
which code comes. extraMacs are computed twice so that the buffer is smaller by savedBytes.`,
    )
    .action(perform(async () => (await import('../actions/export-c-action.ts')).exportCAction));
}
