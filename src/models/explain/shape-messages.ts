/** Kernels that refuse a shape, an axis or a parameter, and values that are outside of a table. */

import { type Explanation, type Found, type KnownMessage, nameOf } from './known-message.ts';
import type { ModelHelp } from './model-help.ts';

const FIXED_SHAPES =
  'Build the model with a fixed batch size of 1 and a fixed input shape, and convert it again: the parameters then are constants of the file.';

/** A refusal whose own words say it. */
function shapeRefusal(cause: string): (found: Found, model: ModelHelp | undefined) => Explanation {
  return (_, model) => ({
    cause,
    cure: `The next line names the operator and its number; tinyml inspect ${nameOf(model)} shows its shapes. Change the layer that makes it, and convert the model again.`,
  });
}

export const SHAPE_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'not-constant',
    title: 'A parameter of an operator is computed, not constant',
    pattern:
      /(?:Non-constant >(?<tensor>\w{1,40})< tensor is not supported|op_context\.(?<parts>[\w ,.]{1,60}) must be constant)/,
    example: 'Non-constant >size< tensor is not supported',
    explain: ({ tensor, parts }) => ({
      cause: `The operator takes "${tensor ?? parts}" from another operator, and the chip has to know it beforehand, when it plans the memory.`,
      cure: `${FIXED_SHAPES} tinyml convert MODEL also folds such chains where all shapes are known.`,
    }),
  },
  {
    id: 'too-many-dimensions',
    title: 'A tensor has too many dimensions for the kernel',
    pattern:
      /(?:(?<who>\w{1,40}) (?:op )?only supports (?<range>\d{1,2}D?-\d{1,2}D) (?:input arrays|tensor)|input dim should not exceed (?<most>\d{1,2})|Op (?<op>\w{1,40}) does not currently support num dimensions > ?(?<limit>\d{1,2}) Tensor has (?<has>\d{1,3}) dimensions)/,
    example: 'Transpose op only supports 1D-5D input arrays.',
    explain({ who, range, most, op, limit, has }, model) {
      const name = who ?? op;
      const bound = range ?? `at most ${most ?? limit}`;
      return {
        cause: `${name === undefined ? 'The kernel of an operator' : `The kernel of ${name}`} takes tensors of ${bound} dimensions${has === undefined ? '' : `, and here are ${has}`}.`,
        cure: `Reshape the tensor to fewer dimensions before the layer (the batch is a dimension too). tinyml inspect ${nameOf(model)} shows the shapes.`,
      };
    },
  },
  {
    id: 'not-broadcastable',
    title: 'Shapes do not fit together',
    pattern:
      /(?:Given shapes are not broadcastable|Output shape must be broadcastable from input shape|Output must match with the expected shape dimension)/,
    example: 'Given shapes are not broadcastable.',
    explain: shapeRefusal(
      'Two shapes of an operator do not fit together: each dimension has to be equal, or 1 on the side that is repeated.',
    ),
  },
  {
    id: 'gather-nd-shapes',
    title: 'The indices of GATHER_ND do not fit',
    pattern:
      /(?:(?:Params|Indices) must be at least a vector|Index innermost dimension length must (?:be <= params rank|not exceed \d{1,2}))/,
    example: 'Index innermost dimension length must be <= params rank.',
    explain: shapeRefusal(
      'GATHER_ND takes its indices from the last dimension of its second operand, and that has more of them than the first operand has dimensions, or than the kernel takes.',
    ),
  },
  {
    id: 'parameter-out-of-range',
    title: 'A parameter of an operator is outside of its range',
    pattern:
      /(?:CUMSUM Invalid axis: -?\d{1,9}|Transpose op permutations array is out of bounds|stride value has to be non-zero|Axis has only one element for Expand_Dims|Non-contiguous `axes` not supported|quantized dimension must be 0 or 3|If half_pixel_centers is True, align_corners must be False)/,
    example: 'CUMSUM Invalid axis: 3',
    explain: (_, model) => ({
      cause:
        'An axis, stride, permutation or option of an operator is one that its kernel does not take. Converters write such values for layers that the kernel was not made for; damaged files have them too.',
      cure: `tinyml inspect ${nameOf(model)} names the operator. Write the layer in another way, or make the file again.`,
    }),
  },
  {
    id: 'index-out-of-bounds',
    title: 'An index points outside of a table',
    pattern: /(?:gather_nd index out of bounds|EMBEDDING_LOOKUP: index out of bounds)/,
    example: 'gather_nd index out of bounds',
    explain: () => ({
      cause:
        'While the model ran, an index was negative or larger than the table it looks up: the input holds a value that was not there in training.',
      cure: 'Look at the values that the program writes into the input, and at their type: indices are integers, not quantized values.',
    }),
  },
  {
    id: 'not-defined-there',
    title: 'A value was given to a function that is not defined there',
    pattern: /(?:Division by 0|Rsqrt is only defined for positive values)/,
    example: 'Rsqrt is only defined for positive values',
    explain: (_, model) => ({
      cause:
        'While the model ran, an operator divided by zero or took the root of a negative number. With int8 that happens where small numbers were rounded to zero.',
      cure: `Run the same input on this machine: tinyml predict ${nameOf(model)} --input inputs.npy. Add a small constant to the divisor in the model, or calibrate with representative inputs.`,
    }),
  },
  {
    id: 'scratch-limit',
    title: 'An operator asks for more working memory than the library can note',
    pattern:
      /(?:Exceeded the maximum number of scratch tensors allowed \(\d{1,6}\)|Scratch buffer request exceeds limit per operator \(\d{1,6}\))/,
    example: 'Scratch buffer request exceeds limit per operator (12)',
    explain: (_, model) => ({
      cause:
        'The library notes a fixed number of working buffers for each operator while it plans, and this one asks for more: mostly a custom operator, or a library and kernels of different versions.',
      cure: `Build all of the library from one version. tinyml inspect ${nameOf(model)} shows the operators.`,
    }),
  },
];
