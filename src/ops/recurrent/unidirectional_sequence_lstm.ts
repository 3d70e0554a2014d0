import * as z from 'zod';
import { unsupportedError } from '../../core/errors.ts';
import { counted } from '../../core/figure-text.ts';
import { type QuantizedMultiplier, quantizeMultiplier } from '../../core/fixed-point.ts';
import {
  type DType,
  elementCount,
  QUANTIZED_LIMITS,
  type Shape,
  type TensorData,
  type TensorType,
} from '../../core/tensor.ts';
import { type LstmFloat, type LstmFloatOperands, lstmFloat } from '../../kernels/recurrent/lstm-float.ts';
import {
  type LstmGate,
  type LstmInteger,
  type LstmIntegerOperands,
  lstmInteger,
} from '../../kernels/recurrent/lstm-integer.ts';
import {
  BIASES,
  CELL,
  HIDDEN,
  HIDDEN_WEIGHTS,
  INPUT_WEIGHTS,
  type LstmShape,
} from '../../kernels/recurrent/lstm-shape.ts';
import { planLstmInt8 } from '../../kernels/simd/int8-lstm.ts';
import { planLstmFloat } from '../../kernels/simd/recurrent/lstm-float.ts';
import type { SimdPlan } from '../../kernels/simd/simd-plan.ts';
import {
  requireDType,
  requireMultiplier,
  requirePerTensor,
  requireSameDType,
  shapeError,
} from '../conditions.ts';
import { type ConstantOr, defineOp, type Operands } from '../op.ts';
import { OPAQUE } from '../traits.ts';
import { requireSymmetricWeights } from '../weighted/weighted.ts';
import { requireShape } from './svdf.ts';

const operands = [
  'input',
  'inputToInput',
  'inputToForget',
  'inputToCell',
  'inputToOutput',
  'hiddenToInput',
  'hiddenToForget',
  'hiddenToCell',
  'hiddenToOutput',
  'inputBias',
  'forgetBias',
  'cellBias',
  'outputBias',
  'hidden',
  'cell',
] as const;

type Types = Operands<typeof operands, TensorType>;

const attributes = z.strictObject({
  /** The cell state stays between its negative and it; 0 for no limit. */
  cellClip: z.number().nonnegative(),
  /** Input and output are [steps, batch, …] instead of [batch, steps, …]. */
  timeMajor: z.boolean(),
  /**
   * The scale and zero point of what is in front of a projection. There is none; yet TensorFlow Lite's own integer kernel
   * and an older snapshot of TFLM's insist on them.
   */
  unprojected: z.strictObject({ scale: z.number().positive(), zeroPoint: z.int() }).optional(),
});

type Attributes = z.infer<typeof attributes>;

/** Real numbers of gates have 12 fractional bits when they go into their activation, and 15 when they come out. */
const GATE_SCALE = 2 ** -12;
const ACTIVATED_SCALE = 2 ** -15;
/** With larger ones, 3 times a value of the cell state leaves 32 bits in front of its tanh. */
export const LARGEST_CELL_POWER = 2;
export const LEAST_CELL_POWER = -27;

function extents({ timeMajor }: Attributes, [input, , , , , recurrent]: readonly Shape[]): LstmShape {
  const [batches, steps] = timeMajor ? [input[1], input[0]] : [input[0], input[1]];
  return { batches, steps, depth: input[2], units: recurrent[0], timeMajor };
}

function shapesOf(types: Types): readonly Shape[] {
  return types.map(({ shape }) => shape);
}

/** The types beside that of the activations. */
function requireTypes(types: Types, weights: DType, bias: DType, cell: DType): void {
  for (const [index, type] of types.entries()) {
    const what = `the ${operands[index]}`;
    if (index >= INPUT_WEIGHTS && index < BIASES) requireDType(what, type, weights);
    else if (index >= BIASES && index < HIDDEN) requireDType(what, type, bias);
    else if (index === CELL) requireDType(what, type, cell);
  }
}

/** TFLM rounds the logarithm, whatever it is (\`CheckedLog2\`). */
function cellPower(cell: TensorType): number {
  const { scale } = requirePerTensor('the cell state', cell);
  const power = Math.round(Math.log2(scale));
  if (scale === 2 ** power && power >= LEAST_CELL_POWER && power <= LARGEST_CELL_POWER) return power;
  throw unsupportedError(
    'cell-scale',
    `the cell state has the scale ${scale}, where TensorFlow Lite Micro takes a power of two from 2^${LEAST_CELL_POWER} to 2^${LARGEST_CELL_POWER}`,
  );
}

/** The product of two scales in float32, by a scale: what FULLY_CONNECTED of one scale takes. */
function gateMultiplier(data: TensorType, weights: TensorType): number {
  const scales = [requirePerTensor('an operand', data).scale, requirePerTensor('weights', weights).scale];
  return Math.fround(scales[0] * scales[1]) / GATE_SCALE;
}

/** Of each unit behind the gates: what is forgotten, what comes in, what goes out. */
const MULTIPLICATIONS = 3;

interface RealMultipliers {
  readonly gates: readonly { readonly input: number; readonly hidden: number }[];
  readonly forgotten: number;
  readonly incoming: number;
  readonly outgoing: number;
}

function realMultipliers(types: Types): RealMultipliers {
  const [input, hidden] = [types[0], types[HIDDEN]];
  const cellScale = 2 ** cellPower(types[CELL]);
  const activated = ACTIVATED_SCALE * ACTIVATED_SCALE;
  return {
    gates: [0, 1, 2, 3].map((gate) => ({
      input: gateMultiplier(input, types[INPUT_WEIGHTS + gate]),
      hidden: gateMultiplier(hidden, types[HIDDEN_WEIGHTS + gate]),
    })),
    forgotten: (ACTIVATED_SCALE * cellScale) / cellScale,
    incoming: activated / cellScale,
    outgoing: activated / requirePerTensor('the hidden state', hidden).scale,
  };
}

/** `static_cast<int16_t>` of the limit in steps of the cell state. */
function quantizedClip(cellClip: number, power: number): number {
  if (cellClip === 0) return Infinity;
  return Math.trunc(Math.min(Math.max(Math.fround(cellClip) / 2 ** power, -32768), 32767));
}

/** What the integer kernels share: they differ in the type of the activations and the width of sums. */
function integerKernel(dtype: 'int8' | 'int16', bias: DType) {
  return {
    check(_: Attributes, types: Types): void {
      requireTypes(types, 'int8', bias, 'int16');
      for (const weights of types.slice(INPUT_WEIGHTS, BIASES)) requireSymmetricWeights(weights, 0);
      const { gates, ...others } = realMultipliers(types);
      for (const real of [...gates.flatMap(Object.values), ...Object.values(others)]) requireMultiplier(real);
    },
    prepare(attributes: Attributes, types: Types): LstmInteger {
      const { gates, forgotten, incoming, outgoing } = realMultipliers(types);
      const power = cellPower(types[CELL]);
      const { min, max } = QUANTIZED_LIMITS[dtype];
      const quantized = ({ input, hidden }: { input: number; hidden: number }): LstmGate => ({
        input: quantizeMultiplier(input),
        hidden: quantizeMultiplier(hidden),
      });
      const single = (real: number): QuantizedMultiplier => quantizeMultiplier(real);
      return {
        ...extents(attributes, shapesOf(types)),
        inputZeroPoint: requirePerTensor('the input', types[0]).zeroPoint,
        hiddenZeroPoint: requirePerTensor('the hidden state', types[HIDDEN]).zeroPoint,
        gates: gates.map(quantized),
        cellPower: power,
        cellClip: quantizedClip(attributes.cellClip, power),
        forgotten: single(forgotten),
        incoming: single(incoming),
        outgoing: single(outgoing),
        hiddenMin: min,
        hiddenMax: max,
        isWide: dtype === 'int16',
      };
    },
    build(prepared: LstmInteger) {
      const loop = lstmInteger(prepared);
      return {
        run(inputs: LstmIntegerOperands, [output]: readonly (Int8Array | Int16Array)[]): void {
          loop(inputs, output);
        },
      };
    },
  };
}

/** Weights by gate, in the order of the gates. */
interface GateWeights<Weight, Bias> {
  readonly input: readonly Weight[];
  readonly hidden: readonly Weight[];
  readonly bias: readonly Bias[];
}

/** A plan where weights are constants, and input and states are not. */
function withFixedWeights<Prepared, Weight, Bias>(
  plan: (prepared: Prepared, weights: GateWeights<Weight, Bias>) => SimdPlan,
) {
  return (
    prepared: Prepared,
    given: Operands<typeof operands, ConstantOr<TensorData>>,
  ): SimdPlan | undefined => {
    const changing = [given[0], given[HIDDEN], given[CELL]];
    const fixed = given.slice(INPUT_WEIGHTS, HIDDEN);
    if (changing.some((operand) => operand !== 'computed') || fixed.includes('computed')) return undefined;
    return plan(prepared, {
      input: given.slice(INPUT_WEIGHTS, HIDDEN_WEIGHTS) as Weight[],
      hidden: given.slice(HIDDEN_WEIGHTS, BIASES) as Weight[],
      bias: given.slice(BIASES, HIDDEN) as Bias[],
    });
  };
}

/** One layer of long short-term memory over a sequence, without peepholes, projection or normalization. TFLM `lstm_eval.cc`. */
export const unidirectionalSequenceLstm = defineOp({
  kind: 'unidirectional_sequence_lstm',
  operands,
  states: [HIDDEN, CELL],
  attributes,
  quantRule: { rule: 'recurrent' },
  traits: OPAQUE,

  infer(attributes, inputs) {
    const [input] = inputs;
    if (input.length !== 3) throw shapeError('the input has not three dimensions');
    const { batches, depth, units } = extents(attributes, inputs);
    for (const [index, shape] of inputs.entries()) {
      if (index >= INPUT_WEIGHTS && index < HIDDEN_WEIGHTS)
        requireShape(operands[index], shape, units, depth);
      else if (index >= HIDDEN_WEIGHTS && index < BIASES) requireShape(operands[index], shape, units, units);
      else if (index >= BIASES && index < HIDDEN) requireShape(operands[index], shape, units);
    }
    const [hidden, cell] = [inputs[HIDDEN], inputs[CELL]];
    if (
      hidden[1] !== units ||
      elementCount(hidden) !== batches * units ||
      elementCount(cell) !== batches * units
    ) {
      throw shapeError(`the states have not ${batches} times ${counted(units, 'element')}`);
    }
    return [[input[0], input[1], units]];
  },

  check(_, types, [output]) {
    requireSameDType([types[0], types[HIDDEN]], output);
  },

  macs([, inputToInput, , , , hiddenToInput], [output]) {
    const steps = output[0] * output[1];
    const [gate, units] = [elementCount(inputToInput) + elementCount(hiddenToInput), hiddenToInput[0]];
    return steps * (4 * gate + MULTIPLICATIONS * units);
  },

  kernels: {
    float32: {
      check: (_, types) => requireTypes(types, 'float32', 'float32', 'float32'),
      prepare: (attributes, types): LstmFloat => ({
        ...extents(attributes, shapesOf(types)),
        cellClip: attributes.cellClip === 0 ? Infinity : Math.fround(attributes.cellClip),
      }),
      build(prepared) {
        const loop = lstmFloat(prepared);
        return {
          run(
            inputs: LstmFloatOperands,
            [output]: readonly Float32Array[],
            onState?: (position: number) => void,
          ): void {
            loop(inputs, output, onState);
          },
        };
      },
      simd: withFixedWeights<LstmFloat, Float32Array, Float32Array>(planLstmFloat),
    },
    int8: {
      ...integerKernel('int8', 'int32'),
      simd: withFixedWeights<LstmInteger, Int8Array, Int32Array>(planLstmInt8),
    },
    int16: integerKernel('int16', 'int64'),
  },
});
