/** What a board prints when the program has already gone wrong. */

import { type KnownMessage, nameOf } from './known-message.ts';

export const DEVICE_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'schema-version',
    title: 'The array is not a model that the library reads',
    pattern:
      /Model provided is schema version (?<version>-?\d{1,12}) not equal to {1,2}supported version (?<supported>\d{1,6})|The model has schema version (?<own>-?\d{1,12}), the library reads \d{1,6}|Model (?:version does not match Schema|provided and schema version are not equal)/i,
    example: 'Model provided is schema version 0 not equal to supported version 3.',
    explain({ version, own }, model) {
      const read = version ?? own;
      const found = read === undefined ? 'another version' : `version ${read}`;
      return {
        cause: `The program reads ${found} at the place of the schema version. Every .tflite file of these years has version 3, so the array is not a whole, unchanged .tflite file: empty, cut, a dump instead of C, or text of something else (an error page, a Git LFS pointer).`,
        cure: `Write the array again: tinyml export-c ${nameOf(model)}. tinyml inspect refuses a file that is no model; it reads the .h or .cpp as well.`,
      };
    },
  },
  {
    id: 'hard-fault',
    title: 'The processor faulted',
    pattern:
      /(?:MbedOS Fault Handler|\bHard ?Fault\b|\bBusFault\b|\bUsage ?[Ff]ault\b|\bMemManage ?Fault\b|[Uu]naligned access|Guru Meditation Error|Stack (?:canary watchpoint triggered|overflow)|SIGBUS|Bus error|abort\(\) was called at PC)/i,
    example: '++ MbedOS Fault Handler ++',
    explain: (_, model) => ({
      cause:
        "The program touched memory that it must not. In sketches with a model that is mostly: the model's array or the tensor arena is not 16-byte aligned; a tensor is used although AllocateTensors() failed; more elements are written than the input has; the stack is too small. The Arduino libraries also fault where the arena is much too small, instead of saying so.",
      cure: `Give the arena what tinyml inspect ${nameOf(model)} says. Declare both alignas(16), stop where AllocateTensors() does not return kTfLiteOk, and write no more than input->bytes. tinyml export-c ${nameOf(model)} writes an aligned array.`,
    }),
  },
  {
    id: 'self-test-failed',
    title: 'The chip does not compute what the model means',
    pattern: /The self-test failed: this build|\btinyml-self-test (?:FAIL|ERROR) /,
    example: 'The self-test failed: this build does not compute what the model means',
    explain: (_, model) => ({
      cause:
        "The outputs on the chip differ from those that tinyml's interpreter computed when the firmware was exported, or could not be computed.",
      cure: `tinyml verify serial.log${model === undefined ? '' : ` --model ${nameOf(model)}`} names the first difference and tells whether it is the right model.`,
    }),
  },
];
