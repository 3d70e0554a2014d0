/** What integers of an ONNX file stand for: real = scale · (integer − zero point), as QuantizeLinear defines it. */

import { inputError, unsupportedError } from '../../../core/errors.ts';
import { counted } from '../../../core/figure-text.ts';
import { type PerTensorQuant, perTensor } from '../../../core/quant-params.ts';
import { type DType, elementCount, formatShape, type Shape } from '../../../core/tensor.ts';
import { stridesOf } from '../../../kernels/move.ts';
import { axisOf } from '../../lowering/operation.ts';
import type { OnnxNode } from '../node.ts';

/** Scales and zero points with their shape in the file, row-major; as many of one as of the other. */
export interface IntegerScales {
  readonly shape: Shape;
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  /** Of the zero points; undefined where the file leaves them out. */
  readonly dtype: DType | undefined;
}

/** Of a scale at one position of a node's inputs and a zero point, which may be left out, at another. */
export function integerScales(node: OnnxNode, scale: number, zeroPoint: number): IntegerScales {
  const scales = node.numbers(scale, 'scale');
  if (scales === undefined) throw inputError('operand-missing', `its input ${scale}, a scale, is missing.`);
  if (!scales.every((value) => value > 0 && Number.isFinite(value))) {
    throw inputError('onnx-scale', 'a scale of it is not a positive number.', 'Quantize the model again.');
  }
  const { shape } = node.input(scale).type;
  const given = node.inputs[zeroPoint];
  const zeroPoints = node.numbers(zeroPoint, 'zero point') ?? scales.map(() => 0);
  if (zeroPoints.length !== scales.length) {
    throw inputError(
      'operation-shape',
      `it has ${counted(scales.length, 'scale')} and ${counted(zeroPoints.length, 'zero point')}.`,
    );
  }
  return { shape, scales, zeroPoints, dtype: given?.type.dtype };
}

/** The one pair that all elements share. Activations with others are refused. */
export function sharedScale({ scales, zeroPoints }: IntegerScales): PerTensorQuant {
  if (scales.length === 1) return perTensor(scales[0], zeroPoints[0]);
  throw unsupportedError(
    'unsupported-quantization',
    `it computes activations with ${scales.length} scales, and TensorFlow Lite Micro has one for each tensor.`,
    'Quantize activations per tensor; weights may have a scale for each channel.',
  );
}

/** Along which axis several scales lie, from the front or from the back, and how many elements share one if not a whole index. */
export interface ScaleLayout {
  readonly axis: number;
  readonly block?: number;
}

/** For each element of a tensor, which of the scales is its own. */
export function scaleIndex(
  shape: Shape,
  { shape: own, scales }: IntegerScales,
  { axis: given, block = 0 }: ScaleLayout,
): (element: number) => number {
  if (scales.length === 1) return () => 0;
  const axis = axisOf(given, shape.length);
  const strides = stridesOf(shape);
  const at = (element: number, along: number) => Math.floor(element / strides[along]) % shape[along];
  if (block === 0 && scales.length === shape[axis]) return (element) => at(element, axis);
  const isBlocked =
    block > 0 &&
    own.length === shape.length &&
    own.every((size, along) => size === (along === axis ? Math.ceil(shape[along] / block) : shape[along]));
  if (!isBlocked || elementCount(own) !== scales.length) {
    throw inputError(
      'operation-shape',
      `its scales of shape ${formatShape(own)} do not fit ${formatShape(shape)}.`,
    );
  }
  const ownStrides = stridesOf(own);
  return (element) =>
    own.reduce((index, _, along) => {
      const place = at(element, along);
      return index + (along === axis ? Math.floor(place / block) : place) * ownStrides[along];
    }, 0);
}
