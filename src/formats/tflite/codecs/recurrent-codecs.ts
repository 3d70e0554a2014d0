/** How operators with states are stored. */

import { unsupportedError } from '../../../core/errors.ts';
import { perTensor } from '../../../core/quant-params.ts';
import type { TensorType } from '../../../core/tensor.ts';
import type { AttributesOf } from '../../../ops/index.ts';
import { fused, fusedField } from '../activation-code.ts';
import { type Codec, type FileOperator, optionsTable, versions } from '../codec.ts';
import { requireInputs } from '../constant-operands.ts';
import {
  ActivationFunctionType,
  BuiltinOperator,
  BuiltinOptions,
  SVDFOptions,
  UnidirectionalSequenceLSTMOptions,
} from '../generated/tflite_generated.ts';
import { plain } from './math-codecs.ts';

const LSTM_INPUTS = 24;
/** Input, weights by gate of input and hidden state, biases by gate, hidden state and cell state. */
const LSTM_OPERANDS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 14, 15, 18, 19] as const;
/** In front of each gate, which only a normalization needs, and in front of the projection. */
const LSTM_INTERMEDIATES = 5;

function refuseVariants({ inputs }: FileOperator): void {
  const position = inputs.findIndex(
    (input, at) => input !== undefined && !LSTM_OPERANDS.some((operand) => operand === at),
  );
  if (position < 0) return;
  throw unsupportedError(
    'operand-count',
    `has peepholes, a projection or a normalization (input ${position}), which TensorFlow Lite Micro refuses`,
  );
}

function unprojectedOf({
  intermediates,
}: FileOperator): Pick<AttributesOf<'unidirectional_sequence_lstm'>, 'unprojected'> {
  const quant =
    intermediates.length === LSTM_INTERMEDIATES ? intermediates[LSTM_INTERMEDIATES - 1].quant : undefined;
  if (quant?.scheme !== 'per-tensor' || !(quant.scale > 0)) return {};
  return { unprojected: { scale: quant.scale, zeroPoint: quant.zeroPoint } };
}

export const recurrentCodecs = {
  assign_variable: {
    ...plain(BuiltinOperator.ASSIGN_VARIABLE, 1, 1, 1),
    withoutOutputs: true,
  } satisfies Codec<AttributesOf<'assign_variable'>>,
  read_variable: plain(BuiltinOperator.READ_VARIABLE, 1, 1, 1),
  svdf: {
    code: BuiltinOperator.SVDF,
    options: BuiltinOptions.SVDFOptions,
    version: versions(1, 3),
    read(operator) {
      const options = operator.options(new SVDFOptions());
      return { ...fused(options), rank: options.rank() };
    },
    writeOptions: optionsTable('SVDFOptions', ({ activation, rank }) => ({
      ...fusedField({ activation }),
      rank,
    })),
  } satisfies Codec<AttributesOf<'svdf'>>,
  unidirectional_sequence_lstm: {
    code: BuiltinOperator.UNIDIRECTIONAL_SEQUENCE_LSTM,
    options: BuiltinOptions.UnidirectionalSequenceLSTMOptions,
    operandPositions: LSTM_OPERANDS,
    inputCount: LSTM_INPUTS,
    version: () => 1,
    read(operator) {
      requireInputs(operator, LSTM_INPUTS);
      refuseVariants(operator);
      const options = operator.options(new UnidirectionalSequenceLSTMOptions());
      if (options.fusedActivationFunction() !== ActivationFunctionType.TANH) {
        throw unsupportedError(
          'unsupported-activation',
          'has another activation of its cell gate than tanh, at which TensorFlow Lite Micro stops',
        );
      }
      return {
        cellClip: Math.max(0, options.cellClip()),
        timeMajor: options.timeMajor(),
        ...unprojectedOf(operator),
      };
    },
    writeOptions: optionsTable('UnidirectionalSequenceLSTMOptions', ({ cellClip, timeMajor }) => ({
      fused_activation_function: ActivationFunctionType.TANH,
      cell_clip: cellClip,
      time_major: Number(timeMajor),
    })),
    writeIntermediates({ unprojected }): readonly TensorType[] {
      if (unprojected === undefined) return [];
      const { scale, zeroPoint } = unprojected;
      return [
        ...Array<TensorType>(LSTM_INTERMEDIATES - 1).fill({ dtype: 'float32', shape: [0] }),
        { dtype: 'int8', shape: [0], quant: perTensor(scale, zeroPoint) },
      ];
    },
  } satisfies Codec<AttributesOf<'unidirectional_sequence_lstm'>>,
};
