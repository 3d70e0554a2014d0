/** Every function that a model may call between its layers: TensorFlow's by their names, Keras 3's by their classes. */

import { unsupportedError } from '../../../core/errors.ts';
import type { LayerContext, LayerImporter, LayerValue } from '../layer.ts';
import {
  activation,
  binary,
  importCast,
  importCelu,
  importClip,
  importDivision,
  importElu,
  importGelu,
  importGlu,
  importHardShrink,
  importIdentity,
  importLeakyRelu,
  importLogSoftmax,
  importNegative,
  importReluActivation,
  importSoftmaxOperation,
  importSoftShrink,
  importSquare,
  importSquareplus,
  importThreshold,
  unary,
} from './elementwise.ts';
import { importEinsum, importMatmul } from './products.ts';
import {
  importConcat,
  importExpandDims,
  importGetItem,
  importPad,
  importReshapeOperation,
  importSqueeze,
  importStack,
  importTile,
  importTranspose,
  reduction,
} from './shapes.ts';

interface Row {
  /** Names in TensorFlow, as `TFOpLambda` has them. */
  readonly functions: readonly string[];
  /** Classes of `keras.ops`. */
  readonly classes: readonly string[];
  readonly import: LayerImporter;
}

function row(functions: readonly string[], classes: readonly string[], importer: LayerImporter): Row {
  return { functions, classes, import: importer };
}

const ROWS: readonly Row[] = [
  row(['__operators__.add', 'math.add', 'add'], ['Add'], binary('add')),
  row(['math.subtract', 'subtract', '__operators__.sub'], ['Subtract'], binary('sub')),
  row(['math.multiply', 'multiply', '__operators__.mul'], ['Multiply'], binary('mul')),
  row(['math.maximum', 'maximum'], ['Maximum'], binary('maximum')),
  row(['math.minimum', 'minimum'], ['Minimum'], binary('minimum')),
  row(
    ['math.truediv', 'math.divide', 'divide', 'realdiv', 'RealDiv', '__operators__.truediv'],
    ['Divide', 'TrueDivide'],
    importDivision,
  ),
  row(['math.negative', 'negative', '__operators__.neg'], ['Negative'], importNegative),
  row(['math.square', 'square'], ['Square'], importSquare),
  row(['math.abs', 'abs'], ['Abs', 'Absolute'], unary('abs')),
  row(['math.ceil'], ['Ceil'], unary('ceil')),
  row(['math.cos', 'cos'], ['Cos'], unary('cos')),
  row(['math.exp', 'exp'], ['Exp'], unary('exp')),
  row(['math.floor', 'floor'], ['Floor'], unary('floor')),
  row(['math.log'], ['Log'], unary('log')),
  row(['math.rsqrt'], ['Rsqrt'], unary('rsqrt')),
  row(['math.sin', 'sin'], ['Sin'], unary('sin')),
  row(['math.sqrt', 'sqrt'], ['Sqrt'], unary('sqrt')),
  row(['clip_by_value'], ['Clip'], importClip),
  row(['nn.relu'], ['Relu'], activation('relu')),
  row([], ['ReLU'], importReluActivation),
  row(['nn.relu6'], ['Relu6'], activation('relu6')),
  row(['nn.elu'], ['Elu'], importElu),
  row(['nn.leaky_relu'], ['LeakyRelu'], importLeakyRelu),
  row(['nn.sigmoid', 'math.sigmoid', 'sigmoid'], ['Sigmoid'], activation('sigmoid')),
  row(['nn.tanh', 'math.tanh', 'tanh'], ['Tanh'], activation('tanh')),
  row(['nn.softmax', 'compat.v1.nn.softmax'], ['Softmax'], importSoftmaxOperation),
  row(['nn.silu', 'nn.swish'], ['Silu'], activation('swish')),
  row(['nn.softplus', 'math.softplus'], ['Softplus'], activation('softplus')),
  row(['nn.softsign', 'math.softsign'], ['Softsign'], activation('softsign')),
  row(['nn.selu'], ['Selu'], activation('selu')),
  row(['nn.gelu'], ['Gelu'], importGelu),
  row(['nn.log_softmax'], ['LogSoftmax'], importLogSoftmax),
  row(['math.log_sigmoid'], ['LogSigmoid'], activation('log_sigmoid')),
  row([], ['Celu'], importCelu),
  row([], ['Glu'], importGlu),
  row([], ['HardShrink'], importHardShrink),
  row([], ['Mish'], activation('mish')),
  row([], ['SoftShrink'], importSoftShrink),
  row([], ['SparsePlus'], activation('sparse_plus')),
  row([], ['SparseSigmoid'], activation('sparse_sigmoid')),
  row([], ['Squareplus'], importSquareplus),
  row([], ['TanhShrink'], activation('tanh_shrink')),
  row([], ['Threshold'], importThreshold),
  row([], ['HardTanh'], activation('hard_tanh')),
  row([], ['HardSigmoid'], activation('hard_sigmoid')),
  row([], ['HardSilu', 'HardSwish'], activation('hard_swish')),
  row(['linalg.matmul', 'matmul'], ['Matmul'], importMatmul),
  row([], ['Einsum'], importEinsum),
  row(['cast'], ['Cast'], importCast),
  row(
    ['identity', 'stop_gradient', 'convert_to_tensor', 'compat.v1.identity'],
    ['StopGradient', 'Identity', 'ConvertToTensor'],
    importIdentity,
  ),
  row(['math.reduce_mean', 'reduce_mean', 'compat.v1.reduce_mean'], ['Mean'], reduction('mean')),
  row(['math.reduce_sum', 'reduce_sum'], ['Sum'], reduction('sum')),
  row(['math.reduce_max', 'reduce_max'], ['Max'], reduction('reduce_max')),
  row(['math.reduce_min', 'reduce_min'], ['Min'], reduction('reduce_min')),
  row(['reshape'], ['Reshape'], importReshapeOperation),
  row(['concat'], ['Concatenate'], importConcat),
  row(['stack'], ['Stack'], importStack),
  row(['tile', 'compat.v1.tile'], ['Tile'], importTile),
  row(['transpose', 'compat.v1.transpose'], ['Transpose'], importTranspose),
  row(['expand_dims', 'compat.v1.expand_dims'], ['ExpandDims'], importExpandDims),
  row(['squeeze', 'compat.v1.squeeze'], ['Squeeze'], importSqueeze),
  row(['pad', 'compat.v1.pad'], ['Pad'], importPad),
  row(['__operators__.getitem'], ['GetItem'], importGetItem),
];

const BY_FUNCTION = new Map(ROWS.flatMap((one) => one.functions.map((name) => [name, one.import])));
const BY_CLASS = new Map(ROWS.flatMap((one) => one.classes.map((name) => [name, one.import])));

function imported(layer: LayerContext, found: LayerImporter | undefined, name: string): LayerValue {
  if (found !== undefined) return found(layer);
  throw unsupportedError(
    'unsupported-operation',
    `tinyml cannot compute the function ${name} on a microcontroller.`,
    `Build the same from layers, or from the functions ${ROWS.flatMap(({ functions: [first] }) => first ?? []).join(', ')} of TensorFlow.`,
  );
}

/** `TFOpLambda` and `SlicingOpLambda` of Keras 2. */
export function importTensorFlowFunction(layer: LayerContext): LayerValue {
  const name = layer.config.string('function', '');
  return imported(layer, BY_FUNCTION.get(name), `tf.${name}`);
}

/** What stands before the class of an operation in `className`. */
const CLASS_PREFIX = 'ops.';

/** The importer of a class of `keras.ops`; undefined for layers. */
export function operationImporter(className: string): LayerImporter | undefined {
  if (!className.startsWith(CLASS_PREFIX)) return undefined;
  const name = className.slice(CLASS_PREFIX.length);
  return (layer) => imported(layer, BY_CLASS.get(name), `keras.ops ${name}`);
}
