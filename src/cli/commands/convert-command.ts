import { type Command, Option } from 'commander';
import { END_TYPES } from '../../core/model-type.ts';
import { modelFileKinds } from '../../formats/format-names.ts';
import { parseRecipe } from '../../models/quantize/method-names.ts';
import { LIBRARIES } from '../../targets/tflm/operators.ts';
import { addImportOptions } from './import-options.ts';
import { collectNames, parseNames, parseRows, recurrentOption } from './option-values.ts';
import type { Perform } from './perform.ts';

/** Declares `tinyml convert`, with its options and examples. */
export function declareConvert(command: Command, perform: Perform): void {
  command
    .argument('[model]', `${modelFileKinds()}; without it, the project's model`)
    .addOption(
      new Option('--int8', 'int8 weights and activations (default)').conflicts([
        'float',
        'float16',
        'dynamicRange',
      ]),
    )
    .addOption(new Option('--float', 'float32, not quantized').conflicts(['float16', 'dynamicRange']))
    .addOption(
      new Option(
        '--float16',
        'for a model file: float32, its constants in half the bytes; not for microcontrollers',
      ).conflicts('dynamicRange'),
    )
    .option(
      '--dynamic-range',
      'for a model file: float32 with large weights of int8, without samples; not for microcontrollers',
    )
    .addOption(
      new Option('--int16x8', 'int16 activations and int8 weights: finer, slower, twice the arena').conflicts(
        ['int8', 'float', 'float16', 'dynamicRange'],
      ),
    )
    .addOption(
      new Option(
        '--int16 <layers>',
        'layers of an int8 model that compute in int16, with commas between them',
      )
        .argParser(parseNames)
        .conflicts(['float', 'int16x8', 'float16', 'dynamicRange']),
    )
    .addOption(
      new Option(
        '--io <type>',
        'type of the inputs and outputs of a model of integers: int8, where the layers there are not int16, or float (default: int8, or those of an int8 file)',
      ).choices(END_TYPES),
    )
    .option('--dense-per-channel', 'one weight scale per unit of Dense layers')
    .option('--no-dense-per-channel', 'one weight scale per Dense layer')
    .option(
      '--method <methods>',
      'how float becomes int8: default, fast, tensorflow, or methods with commas between them',
      parseRecipe,
    )
    .addOption(
      new Option(
        '--weights-budget <budget>',
        'chooses layers whose weights get 4 bits: 3dB less signal to noise than int8 at most, or 0.6x of its bytes',
      ).conflicts(['float', 'int16x8', 'float16', 'dynamicRange']),
    )
    .addOption(
      new Option('--int4 <layers>', 'layers whose weights get 4 bits, with commas between them')
        .argParser(parseNames)
        .conflicts(['weightsBudget', 'float', 'int16x8', 'float16', 'dynamicRange']),
    )
    .addOption(
      new Option(
        '--library <library>',
        'what will run the model; decides what stands for products of computed matrices, and in int8 for means, differences and Dense layers',
      ).choices(LIBRARIES),
    )
    .option(
      '--lut',
      'weights of few values become look-up tables where the file gets smaller: same outputs, more arena, for TensorFlow Lite Micro of 2025 or later',
    )
    .option('--no-lut', 'weights as they are')
    .addOption(
      new Option(
        '--lut-layers <layers>',
        'for a model file: the same for these layers alone, with commas between them',
      ).argParser(parseNames),
    )
    .option('-o, --output <file>', 'where the file goes')
    .option('--force', "for the project's model: make it again, up to date or not")
    .option(
      '--calibration <file>',
      'for a model file: representative inputs, .npy, .csv or .json, one per row; of several inputs NAME=FILE,OTHER=FILE, or a .npz file',
    )
    .addOption(
      new Option('--no-pass <name>', 'for a model file: leave a pass out; repeat it for more')
        .argParser(collectNames)
        .default([], 'none'),
    )
    .option('--dump-ir <dir>', 'for a model file: write the graph as text after every pass')
    .option('--tflm-only', 'for a model file: smaller, for TensorFlow Lite Micro and nothing else')
    .addOption(
      new Option(
        '--plan <how>',
        'for a model file: plan the arena in the file, where that saves memory',
      ).choices(['offline']),
    )
    .addOption(recurrentOption())
    .option(
      '--stream-rows <rows>',
      'for a model file that sees a window of rows: take so many new ones at a time, and keep what is needed of those before; same answers, less to compute',
      parseRows,
    );
  addImportOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ tinyml convert --int8 -o sine.tflite
  $ tinyml convert --io float
  $ tinyml convert --library chirale
  $ tinyml convert kws.h5 --int8 --calibration x.npy -o kws.tflite
  $ tinyml convert kws.h5 --calibration x.npy --method tensorflow
  $ tinyml convert net.onnx --shape input=1x3x48x48 --calibration x.npy -o net.tflite
  $ tinyml convert quantized.onnx -o quantized.tflite
  $ tinyml convert kws.h5 --calibration x.npy --weights-budget 3dB -o kws4.tflite
  $ tinyml convert kws.h5 --float16 -o phone.tflite
  $ tinyml convert kws.h5 --int16x8 --calibration x.npy -o kws.tflite
  $ tinyml convert kws.h5 --int16 dense,dense_1 --calibration x.npy -o kws.tflite
  $ tinyml convert clustered.tflite --lut -o coded.tflite
  $ tinyml convert kws.tflite --stream-rows 2 -o listening.tflite
  $ tinyml convert person_detect.tflite -o smaller.tflite --plan offline`,
    )
    .action(perform(async () => (await import('../actions/convert/convert-action.ts')).convertAction));
}
