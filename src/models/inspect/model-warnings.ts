/**
 * What is wrong with a model although it can be read: operators that TensorFlow Lite Micro refuses or computes otherwise
 * than its author expects. Facts about TFLM are those of commit 90b983c2.
 */

import { formatShape } from '../../core/tensor.ts';
import type { ConstantBuffer } from '../../formats/tflite/constant-buffers.ts';
import {
  isFlexOperator,
  type ModelOutline,
  type OperatorView,
  type OutlineOperator,
  type OutlineTensor,
  unsizedHint,
  unsizedTensor,
} from '../../ir/outline.ts';
import type { FixedOutput } from '../../ops/op.ts';
import { cmsisNnRefusal, differsInCmsisNn } from '../../targets/tflm/library-limits.ts';
import { fixedOutputOf, hasOtherOutput } from '../../targets/tflm/limits/fixed-output.ts';
import { isHybrid, WEIGHTED_OPERATORS } from '../../targets/tflm/limits/hybrid.ts';
import { isPerChannel } from '../../targets/tflm/limits/limit.ts';
import { nonFiniteConstants, senselessScales } from '../../targets/tflm/limits/scales.ts';
import { lacksDepthwiseBias } from '../../targets/tflm/limits/weighted.ts';

export interface ModelWarning {
  /** Kebab-case and permanent. */
  readonly code: string;
  /** One sentence that says what and where. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
}

/** All that the warnings look at. */
export interface WarningFacts {
  readonly outline: ModelOutline;
  /** Of all subgraphs, in order. */
  readonly operators: readonly OperatorView[];
  readonly constants: readonly ConstantBuffer[];
  readonly metadataNames: readonly string[];
}

type Rule = (facts: WarningFacts) => readonly ModelWarning[];

const RESTORE =
  '"tinyml convert" makes float32 weights of them: convert this file with --int8 --calibration x.npy, or with --float.';
const QUANTIZE_AGAIN =
  'Convert the float model with "tinyml convert --int8 --calibration x.npy", which quantizes activations too.';
const MAX_PLACES = 4;

/** `CONV_2D 3`, by the operator's place in the file. */
function placeOf({ operators }: WarningFacts, view: OperatorView): string {
  return `${view.operator.name} ${operators.indexOf(view)}`;
}

/** One warning for all operators that a test finds, naming the first few. */
function forOperators(
  facts: WarningFacts,
  found: (view: OperatorView) => boolean,
  describe: (places: string, first: OperatorView) => ModelWarning,
): readonly ModelWarning[] {
  const views = facts.operators.filter(found);
  if (views.length === 0) return [];
  const places = views.slice(0, MAX_PLACES).map((view) => placeOf(facts, view));
  const more = views.length > MAX_PLACES ? ` and ${views.length - MAX_PLACES} more` : '';
  return [describe(`${places.join(', ')}${more}`, views[0])];
}

const hybrid: Rule = (facts) =>
  forOperators(facts, isHybrid, (places) => ({
    code: 'hybrid',
    message: `Float activations meet integer weights in ${places} ("dynamic range quantization"); TensorFlow Lite Micro refuses that.`,
    hint: RESTORE,
  }));

const float16: Rule = (facts) =>
  forOperators(
    facts,
    ({ operator, inputs }) => operator.name === 'DEQUANTIZE' && inputs[0]?.dtype === 'float16',
    (places) => ({
      code: 'float16',
      message: `The weights are float16, made float again by ${places}; TensorFlow Lite Micro refuses that.`,
      hint: RESTORE,
    }),
  );

const unsigned: Rule = (facts) =>
  forOperators(
    facts,
    ({ operator, inputs }) => WEIGHTED_OPERATORS.has(operator.name) && inputs[0]?.dtype === 'uint8',
    (places) => ({
      code: 'uint8',
      message: `The activations of ${places} are uint8, the quantization of TensorFlow 1; TensorFlow Lite Micro refuses that.`,
      hint: QUANTIZE_AGAIN,
    }),
  );

const perChannelDense: Rule = (facts) =>
  forOperators(
    facts,
    (view) =>
      view.operator.name === 'FULLY_CONNECTED' && view.inputs[0]?.dtype === 'int8' && isPerChannel(view),
    (places) => ({
      code: 'per-channel-fully-connected',
      message: `The weights of ${places} have a scale for every unit; the Arduino libraries take the first for all and give wrong results without an error.`,
      hint: 'For Arduino write it anew with "tinyml convert --library chirale" (or arduino-tflm), which makes convolutions of them.',
    }),
  );

/** What TFLM does where a model has another output than its kernel assumes. */
const OUTCOMES: Readonly<Record<string, string>> = {
  SOFTMAX: 'refuses it',
  LOGISTIC: 'computes with these or refuses it',
};

/** `1/256` */
function fraction(scale: number): string {
  return `1/${1 / scale}`;
}

const fixedOutput: Rule = (facts) => {
  const names = new Set(facts.operators.filter(hasOtherOutput).map(({ operator: { name } }) => name));
  return [...names].flatMap((name) =>
    forOperators(
      facts,
      (view) => view.operator.name === name && hasOtherOutput(view),
      (places, first) => {
        const { scale, zeroPoint } = fixedOutputOf(first) as FixedOutput;
        return {
          code: 'fixed-output',
          message: `The int8 output of ${places} has not the scale and zero point ${fraction(scale)} and ${zeroPoint}; TensorFlow Lite Micro ${OUTCOMES[name] ?? 'computes with these'}.`,
          hint: 'Quantize the float model again; converters set these themselves.',
        };
      },
    ),
  );
};

const missingBias: Rule = (facts) =>
  forOperators(
    facts,
    (view) => view.operator.name === 'DEPTHWISE_CONV_2D' && lacksDepthwiseBias(view),
    (places) => ({
      code: 'missing-bias',
      message: `There is no bias in ${places}; TensorFlow Lite Micro stops with an assertion.`,
      hint: 'Convert it with "tinyml convert", which gives it a bias of zeros.',
    }),
  );

/** Steps coarser than this lose what normalized inputs tell. */
const COARSE_SCALE = 0.1;

/** Raw pixels of 0 … 255 lose nothing: one step is one grey level. */
function isCoarse({ dtype, quantization }: OutlineTensor): boolean {
  const [scale = 0] = quantization?.scales ?? [];
  return dtype === 'int8' && scale > COARSE_SCALE && !(scale === 1 && quantization?.zeroPoints[0] === -128);
}

/** Neighbouring inputs of a sigmoid or tanh then give outputs that are 32 of its 256 steps apart, or more. */
const COARSE_LOGITS = 0.5;

const coarseLogits: Rule = (facts) =>
  forOperators(
    facts,
    ({ operator: { name }, inputs: [input] }) =>
      (name === 'LOGISTIC' || name === 'TANH') &&
      input?.dtype === 'int8' &&
      (input.quantization?.scales[0] ?? 0) > COARSE_LOGITS,
    (places, { inputs: [input] }) => ({
      code: 'coarse-logits',
      message: `The input of ${places} comes in steps of ${figure(input?.quantization?.scales[0] ?? 0)}, where all that changes its output lies within a few units; it is little more than a switch.`,
      hint: 'Convert the float model with "tinyml convert --int8 --calibration x.npy", which chooses a range that fits.',
    }),
  );

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

const coarseInput: Rule = ({ outline: { subgraphs } }) =>
  subgraphs.slice(0, 1).flatMap(({ inputs, tensors }) =>
    inputs
      .map((index) => tensors[index])
      .filter(isCoarse)
      .map(({ name, quantization }) => {
        const [scale, zeroPoint] = [quantization?.scales[0] ?? 0, quantization?.zeroPoints[0] ?? 0];
        const [low, high] = [-128, 127].map((value) => figure(scale * (value - zeroPoint)));
        return {
          code: 'coarse-input',
          message: `The input ${JSON.stringify(name)} covers ${low} to ${high} in 256 steps of ${figure(scale)}; smaller differences are lost.`,
          hint: 'Normalize the inputs before training and calibration, so that every feature lies within a few units.',
        };
      }),
  );

/** Loops that hold their steps in lists: what recurrent layers become where the batch or the steps are free. */
const LOOP_OPERATOR = /^FlexTensorList/;

const flex: Rule = ({ operators }) => {
  const names = [
    ...new Set(
      operators
        .map(({ operator }) => operator)
        .filter(isFlexOperator)
        .map(nameOf),
    ),
  ];
  if (names.length === 0) return [];
  const shown = names.slice(0, MAX_PLACES).join(', ');
  const more = names.length > MAX_PLACES ? ` and ${names.length - MAX_PLACES} more` : '';
  return [
    {
      code: 'flex-operators',
      message: `The model has operators that only TensorFlow runs (${shown}${more}); no microcontroller does.`,
      hint: names.some((name) => LOOP_OPERATOR.test(name))
        ? 'A recurrent layer became a loop: give it unroll=True, or the model a fixed batch (keras.Input(batch_shape=(1, …))), and convert it again without SELECT_TF_OPS.'
        : 'Replace the layers that make them, and convert again without SELECT_TF_OPS.',
    },
  ];
};

function nameOf({ name, customName }: OutlineOperator): string {
  return customName ?? name;
}

const unsized: Rule = ({ outline }) => {
  const sentence = unsizedTensor(outline);
  if (sentence === undefined) return [];
  return [
    {
      code: 'no-tensor-size',
      message: `No memory can be planned. ${sentence}`,
      hint: unsizedHint(outline),
    },
  ];
};

const custom: Rule = (facts) =>
  forOperators(
    facts,
    ({ operator }) =>
      !isFlexOperator(operator) && (operator.customName !== undefined || operator.name === 'CUSTOM'),
    (_, { operator }) => ({
      code: 'custom-operator',
      message: `The model has custom operators (${JSON.stringify(operator.customName ?? '')} is the first); what they compute and need is not known.`,
      hint: 'Register each with AddCustom, or convert the model with builtin operators only.',
    }),
  );

const offlinePlan: Rule = ({ outline }) =>
  outline.offlinePlan === undefined
    ? []
    : [
        {
          code: 'offline-plan',
          message: `The file brings its own memory plan, with places for ${outline.offlinePlan.filter((offset) => offset >= 0).length} of ${outline.offlinePlan.length} tensors; TensorFlow Lite Micro follows it without a check.`,
          hint: 'If the model was changed since, convert it again to get rid of the plan.',
        },
      ];

const compressed: Rule = ({ metadataNames }) =>
  metadataNames.includes('COMPRESSION_METADATA')
    ? [
        {
          code: 'compressed',
          message:
            'The weights are compressed; a build without USE_TFLM_COMPRESSION computes garbage from them without an error.',
          hint: 'Build TensorFlow Lite Micro with USE_TFLM_COMPRESSION, or use the model as it was before compression.',
        },
      ]
    : [];

const unaligned: Rule = ({ constants }) => {
  const odd = constants.filter(({ offset, elementBytes }) => offset % Math.min(elementBytes, 4) !== 0);
  if (odd.length === 0) return [];
  return [
    {
      code: 'unaligned-constants',
      message: `${odd.length} of ${constants.length} constants do not start at a multiple of their element's size; a Cortex-M0 stops with a fault when it reads them.`,
      hint: 'Write the file again: "tinyml convert MODEL -o aligned.tflite".',
    },
  ];
};

/** The pass `dense-as-rows` cures the shapes of FULLY_CONNECTED. */
function cureInCmsisNn({ operator, inputs }: OperatorView): string {
  const isShape = operator.name === 'FULLY_CONNECTED' && inputs[0]?.dtype !== 'int16';
  return isShape
    ? 'Write it anew with "tinyml convert", which puts a RESHAPE behind it, or build with the reference kernels.'
    : 'Build with the reference kernels.';
}

const cmsisRefuses: Rule = (facts) => {
  const sentences = new Set(facts.operators.map(cmsisNnRefusal).filter((sentence) => sentence !== undefined));
  return [...sentences].flatMap((sentence) =>
    forOperators(
      facts,
      (view) => cmsisNnRefusal(view) === sentence,
      (places, first) => ({
        code: 'cmsis-nn-refuses',
        message: `A build with CMSIS-NN does not run ${places}. ${sentence}`,
        hint: cureInCmsisNn(first),
      }),
    ),
  );
};

const cmsisDiffers: Rule = (facts) =>
  forOperators(facts, differsInCmsisNn, (places) => ({
    code: 'cmsis-nn-differs',
    message: `CMSIS-NN computes ${places} otherwise than the reference kernels do.`,
    hint: 'Measure the accuracy on the board, or build with the reference kernels.',
  }));

/** TFLM lets the shape [0] pass. */
function isDynamic({ bytes, shape, unsized: reason }: OutlineTensor): boolean {
  return bytes === 0 && reason === undefined && shape.length > 1;
}

const emptyTensors: Rule = ({ outline: { subgraphs } }) => {
  const empty = subgraphs.flatMap(({ tensors, operators }) =>
    operators.flatMap(({ outputs }) => outputs.map((index) => tensors[index])).filter(isDynamic),
  );
  if (empty.length === 0) return [];
  const [{ name, shape }] = empty;
  return [
    {
      code: 'empty-tensor',
      message: `The tensor ${JSON.stringify(name)} has shape ${formatShape(shape)}, without elements; TensorFlow Lite Micro takes that for a dynamic tensor and refuses it.`,
      hint: 'Fix every dimension before converting.',
    },
  ];
};

/** Nothing can be computed with such numbers, whether tinyml knows the operators or not. */
const diverged: Rule = (facts) =>
  forOperators(
    facts,
    (view) => (nonFiniteConstants(view) ?? senselessScales(view)) !== undefined,
    (places, first) => ({
      code: 'senseless-numbers',
      message: `${places} cannot compute anything. ${nonFiniteConstants(first) ?? senselessScales(first)}`,
      hint: 'Train the model again, with a smaller learning rate or inputs of smaller range, and convert that.',
    }),
  );

const misfits: Rule = (facts) => {
  const found = facts.operators.flatMap((view) => {
    const { misfit } = view.operator;
    return misfit?.code === 'shape-mismatch' ? [{ view, reason: misfit.reason }] : [];
  });
  if (found.length === 0) return [];
  const [{ view, reason }] = found;
  return [
    {
      code: 'shapes-contradict',
      message: `The shapes of ${found.length === 1 ? '' : `${found.length} operators, first `}${placeOf(facts, view)} contradict each other: ${reason}. TensorFlow Lite Micro refuses that, or computes something else without an error.`,
      hint: 'Write the file anew with "tinyml convert", or convert the original with a batch of 1.',
    },
  ];
};

const RULES: readonly Rule[] = [
  diverged,
  misfits,
  hybrid,
  float16,
  unsigned,
  compressed,
  fixedOutput,
  missingBias,
  unsized,
  emptyTensors,
  flex,
  custom,
  perChannelDense,
  cmsisRefuses,
  cmsisDiffers,
  unaligned,
  coarseInput,
  coarseLogits,
  offlinePlan,
];

/** The gravest first. */
export function modelWarnings(facts: WarningFacts): readonly ModelWarning[] {
  return RULES.flatMap((rule) => rule(facts));
}
