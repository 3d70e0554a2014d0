/** Kernels that refuse a type, in the words of each: all end in the same question, what the operator may compute. */

import { convertToInt8, type Explanation, type Found, type KnownMessage, nameOf } from './known-message.ts';
import type { ModelHelp } from './model-help.ts';

/** A type as TFLM prints it, or its number in the schema's older enumeration. */
const TYPE = String.raw`(?<type>FLOAT(?:16|32|64)|U?INT(?:4|8|16|32|64)|BOOL|STRING|RESOURCE|VARIANT|NOTYPE|\d{1,3})`;

/** `TfLiteType` by number, which some messages print instead of the name (lite/core/c/c_api_types.h). */
const TYPE_NAMES: Readonly<Record<string, string>> = {
  0: 'no type',
  1: 'FLOAT32',
  2: 'INT32',
  3: 'UINT8',
  4: 'INT64',
  5: 'STRING',
  6: 'BOOL',
  7: 'INT16',
  9: 'INT8',
  10: 'FLOAT16',
  11: 'FLOAT64',
  18: 'INT4',
};

/** Quotes what an operator says of itself, and what it got where the message tells. */
function explainTypes({ who, types, type }: Found, model: ModelHelp | undefined): Explanation {
  const subject = who === undefined ? 'The kernel of an operator' : `The kernel of ${who}`;
  const takes =
    types === undefined ? 'does not compute the types it was given' : `takes ${types.trim()} only`;
  const got = type === undefined ? '' : `, and was given ${TYPE_NAMES[type] ?? type}`;
  const uint8 = type === '3' || type === 'UINT8';
  return {
    cause: `${subject} ${takes}${got}.${uint8 ? ' Models in uint8 are of the scheme that old converters wrote.' : ''}`,
    cure: `tinyml inspect ${nameOf(model)} shows which operator has which types. ${convertToInt8(model)} Its operators compute int8 throughout.`,
  };
}

export const TYPE_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'operator-supports-only',
    title: 'A kernel refuses a type',
    pattern: new RegExp(
      String.raw`(?<who>\b[A-Za-z]\w{1,40}) (?:op )?only (?:currently )?supports (?<types>[A-Za-z0-9_/, ]{4,60}?)(?: for input \d)?(?: currently| now| indices type){0,2}, got (?:type )?${TYPE}`,
    ),
    example: 'SPACE_TO_DEPTH only supports FLOAT32 and INT8, got INT16.',
    explain: explainTypes,
  },
  {
    id: 'only-these-types',
    title: 'A kernel refuses a type',
    pattern: new RegExp(
      String.raw`(?:Currently, o|O)nly (?<types>[A-Za-z0-9_/, ]{4,50}?) (?:input )?(?:types? )?(?:is|are) (?:supported|accepted)(?: currently| as input type)?(?: by (?<who>\w{1,40}))?(?:, got ${TYPE})?`,
    ),
    example: 'Only float32/int8/int16 is supported currently, got INT16.',
    explain: explainTypes,
  },
  {
    id: 'output-type-requires',
    title: 'A kernel refuses a type',
    pattern: new RegExp(`Output type is ${TYPE}, requires (?<types>[A-Za-z0-9_ ]{3,40})`),
    example: 'Output type is INT16, requires float.',
    explain: explainTypes,
  },
  {
    id: 'expects-output-type',
    title: 'A kernel refuses a type',
    pattern: /Quantized (?<who>\w{1,40}) expects output data type (?<types>[A-Za-z0-9_ ]{3,40})/,
    example: 'Quantized FullyConnected expects output data type uint8 or int16',
    explain: explainTypes,
  },
  {
    id: 'type-not-supported-by',
    title: 'A kernel refuses a type',
    pattern: new RegExp(
      String.raw`(?:Positions|Params|Indices|Kernel|Input)? ?(?:of )?type '?(?:${TYPE})?'? ?(?:are |is )?not supported by (?<who>[\w/]{1,40})`,
    ),
    example: "Positions of type 'INT16' are not supported by gather.",
    explain: explainTypes,
  },
  {
    id: 'operator-does-not-support-type',
    title: 'A kernel refuses a type',
    pattern: new RegExp(
      String.raw`(?:Op )?(?<who>[A-Za-z]\w{1,40}) (?:does not (?:currently )?support|doesn't support) (?:input )?[Tt]ype '?${TYPE}`,
    ),
    example: "Op Concatenation does not currently support type 'INT16'.",
    explain: explainTypes,
  },
  {
    id: 'no-other-type',
    title: 'A kernel refuses a type',
    pattern: new RegExp(
      `(?:Does not support type other than (?<types>[A-Z0-9, ]{3,60}), but got|(?:Could not find matching function for|cannot compare int array to tensor of) type) ${TYPE}`,
    ),
    example: 'Could not find matching function for type INT16.',
    explain: explainTypes,
  },
  {
    id: 'types-together',
    title: 'A kernel refuses types that do not go together',
    pattern:
      /(?:Unsupported combination of input and output types in (?<who>\w{1,40})|Input and output data types are not supported together|Input data type not supported|Lookup table valid only for 8bit)/,
    example: 'Unsupported combination of input and output types in DIV.',
    explain: explainTypes,
  },
  {
    id: 'transposes-only',
    title: 'A kernel refuses a type',
    pattern: /(?<who>BATCH_MATMUL) can only transpose tensors with (?<types>[A-Z0-9, ]{5,40}) type/,
    example: 'BATCH_MATMUL can only transpose tensors with FLOAT32, INT8, INT16 type.',
    explain: explainTypes,
  },
];
