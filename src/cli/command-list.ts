/** All commands as the list of them shows them. Their options are declared where one is called (`declarations.ts`). */

export interface ListedCommand {
  readonly description: string;
  /** Its arguments, as its usage shows them. */
  readonly takes?: string;
  /** It reads a project file; `init` writes one. */
  readonly ofProject?: true;
}

const COMMANDS = {
  run: {
    description:
      'Run every stage that is not up to date, and sum up. Options given to stages before stay in force.',
    ofProject: true,
  },
  init: {
    description: 'Write a tinyml.config.json: of the sine project, of a template, or for your own data.',
    takes: '[dir]',
  },
  clean: {
    description: 'Remove old versions of artifacts, and what killed processes left half-done.',
    ofProject: true,
  },
  collect: {
    description: 'Record what a board prints, rows of numbers, as data of a class.',
  },
  dataset: {
    description: 'Make the samples and split them into train, validation and test.',
    ofProject: true,
  },
  train: {
    description:
      'Train the model; Ctrl-C keeps the best epoch so far, and the same command goes on from there.',
    ofProject: true,
  },
  compress: {
    description:
      "Make a float model smaller: the project's, by the methods that it lists, or any file; Ctrl-C keeps the best so far.",
    takes: '[model]',
    ofProject: true,
  },
  quantize: {
    description: 'Calibrate the trained model on training samples and report what int8 makes of it.',
    ofProject: true,
  },
  convert: {
    description:
      "Write a .tflite file: the project's model, or any ONNX, Keras, TensorFlow, TensorFlow.js or .tflite model.",
    takes: '[model]',
    ofProject: true,
  },
  evaluate: {
    description: 'Measure float and int8 accuracy on the test split, int8 bit for bit as on the device.',
    takes: '[model]',
    ofProject: true,
  },
  search: {
    description:
      'Find better networks for the project within limits: widths, depths, kernels, samples, training.',
    ofProject: true,
  },
  report: {
    description:
      'Make one HTML page of the project: data, curves, scores, worst samples, memory, cost, digests. It needs no network.',
    ofProject: true,
  },
  'export-c': {
    description:
      "Write a model as a C array, as complete firmware, or as C without an interpreter: the project's, or any .tflite file.",
    takes: '[model]',
    ofProject: true,
  },
  features: {
    description: 'Make features of recordings as training and the chip make them, draw and write them.',
    takes: '<file...>',
  },
  predict: {
    description: 'Run a model as the device would: on real numbers, or on raw bytes.',
    takes: '[model]',
    ofProject: true,
  },
  inspect: {
    description:
      'Show what any model holds and costs: operators, flash, the arena it needs, what is wrong with it.',
    takes: '[model]',
    ofProject: true,
  },
  flash: {
    description: 'Build exported firmware and upload it, with arduino-cli, pio, west, idf.py or picotool.',
    takes: '<dir>',
  },
  verify: {
    description:
      "Read a board's serial log, or listen to it, and tell whether the chip computed what tinyml computed.",
    takes: '[log]',
  },
  monitor: {
    description:
      'Show what firmware of tinyml prints, as it comes: inputs, outputs, classes, what is heard, the self-test.',
  },
  doctor: {
    description:
      'Find out what int8 costs a float model, in which layer and channel, and try what could be done about it.',
    takes: '[model]',
    ofProject: true,
  },
  explain: {
    description:
      'Say what a message of TensorFlow Lite Micro, of the compiler or of the board means, and what to do.',
    takes: '<message>',
  },
  check: {
    description: 'Hold a model against limits: exit code 5 where one is broken or not known to be kept.',
    takes: '[model]',
    ofProject: true,
  },
  diff: {
    description: 'Show what changed between two models, and how far their outputs are apart.',
    takes: '<a> <b>',
  },
  worker: {
    description: 'Run trials of searches on other machines: whatever is in a queue, until Ctrl-C ends it.',
  },
} as const satisfies Readonly<Record<string, ListedCommand>>;

export type CommandName = keyof typeof COMMANDS;

/** In the order in which they are listed. */
export const LISTED_COMMANDS = Object.entries(COMMANDS) as readonly (readonly [CommandName, ListedCommand])[];
