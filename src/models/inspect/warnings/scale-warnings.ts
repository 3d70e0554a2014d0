/** Of scales that are not those that a kernel assumes, or too coarse for what they stand for. */

import type { OutlineTensor } from '../../../ir/outline.ts';
import type { FixedOutput } from '../../../ops/op.ts';
import { fixedOutputOf, hasOtherOutput } from '../../../targets/tflm/limits/fixed-output.ts';
import { forOperators, type Rule } from './model-warning.ts';

/** What TFLM does where a model has another output than its kernel assumes. */
const OUTCOMES: Readonly<Record<string, string>> = {
  SOFTMAX: 'refuses it',
  LOGISTIC: 'computes with these or refuses it',
};

/** `1/256` */
function fraction(scale: number): string {
  return `1/${1 / scale}`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

export const fixedOutput: Rule = (facts) => {
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

/** Steps coarser than this lose what normalized inputs tell. */
const COARSE_SCALE = 0.1;

/** Raw pixels of 0 … 255 lose nothing: one step is one grey level. */
function isCoarse({ dtype, quantization }: OutlineTensor): boolean {
  const [scale = 0] = quantization?.scales ?? [];
  return dtype === 'int8' && scale > COARSE_SCALE && !(scale === 1 && quantization?.zeroPoints[0] === -128);
}

export const coarseInput: Rule = ({ outline: { subgraphs } }) =>
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

/** Neighbouring inputs of a sigmoid or tanh then give outputs that are 32 of its 256 steps apart, or more. */
const COARSE_LOGITS = 0.5;

export const coarseLogits: Rule = (facts) =>
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
