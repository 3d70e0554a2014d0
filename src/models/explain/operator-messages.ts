/** Operators that the program lacks: not registered, no room in the resolver, not in the library. */

import { counted } from '../../core/figure-text.ts';
import { BuiltinOperator } from '../../formats/tflite/generated/tflite_generated.ts';
import { limitsOf } from '../../targets/tflm/library-limits.ts';
import { hasOperator, resolverMethod } from '../../targets/tflm/operators.ts';
import { type Explanation, type Found, type KnownMessage, nameOf, withCode } from './known-message.ts';
import type { ModelHelp } from './model-help.ts';

function arduinoCure(name: string): string {
  const instead = limitsOf(name)?.instead;
  return instead === undefined ? '' : ` "tinyml convert MODEL --library chirale" writes ${instead}.`;
}

/** What is true of the operator `name`, whatever the program is. */
function missingOperator(name: string): { readonly cause: string; readonly cure: string } {
  const method = resolverMethod(name);
  if (method === undefined) {
    return {
      cause: `The model uses ${name}, which TensorFlow Lite Micro does not have.`,
      cure: 'Replace the layer that makes it by one that the chip can run; no version of the library helps.',
    };
  }
  const arduino = hasOperator('chirale', name)
    ? ''
    : ` The Arduino libraries are too old for it: they do not have the operator at all.${arduinoCure(name)}`;
  return {
    cause: `The model uses ${name}, and the program's resolver does not have it. The version in the message plays no part.${arduino}`,
    cure: `Register it: resolver.${method}(); and count it in MicroMutableOpResolver<N>. Another TensorFlow version does not help.`,
  };
}

function explainMissing({ operator = '' }: Found, model: ModelHelp | undefined): Explanation {
  const { cause, cure } = missingOperator(operator);
  if (model === undefined) return { cause, cure };
  const lacking = model.unknownToTflm;
  const others =
    lacking.length === 0 ? '' : ` TensorFlow Lite Micro lacks of this model: ${lacking.join(', ')}.`;
  const known = model.operators.includes(operator);
  const doubt = known ? '' : ` ${model.name} does not use ${operator}: the program holds another model.`;
  return { cause: `${cause}${doubt}`, cure: `${cure}${others}`, code: model.resolverCode };
}

function explainTooSmall({ code, size }: Found, model: ModelHelp | undefined): Explanation {
  const name = code === undefined ? undefined : BuiltinOperator[Number(code)];
  const which = name === undefined ? 'an operator' : `${name} (number ${code} of the schema)`;
  const room = size === undefined ? 'fewer operators than are registered' : counted(Number(size), 'operator');
  return withCode(
    `The resolver has room for ${room}, so ${which} was not registered; AllocateTensors() fails later.`,
    'Give MicroMutableOpResolver<N> the number of operators that are registered, and check what each Add… returns.',
    model?.resolverCode,
  );
}

export const OPERATOR_MESSAGES: readonly KnownMessage[] = [
  {
    id: 'operator-not-registered',
    title: 'An operator is not registered',
    pattern: /Didn't find op for builtin opcode '(?<operator>[A-Z0-9_]{1,64})'/,
    example:
      "Didn't find op for builtin opcode 'CONV_2D' version '3'. An older version of this builtin might be supported. Are you using an old TFLite binary with a newer model?",
    explain: explainMissing,
  },
  {
    id: 'no-registration-unnamed',
    title: 'An operator is not registered',
    pattern: /Failed to get registration from op code {1,4}(?:%?d|\d{1,6})\b/,
    example: 'Failed to get registration from op code  d',
    consequence: true,
    explain: (_, model) =>
      withCode(
        'The model uses an operator that the resolver does not have; the printf of this platform cannot print which.',
        model === undefined
          ? 'Name the model with --model to see what it needs registered.'
          : 'Register what the model uses.',
        model?.resolverCode,
      ),
  },
  {
    id: 'no-registration',
    title: 'An operator is not registered',
    pattern: /Failed to get registration from op code (?<operator>[A-Z0-9_]{1,64})/,
    example: 'Failed to get registration from op code CONV_2D',
    consequence: true,
    explain(found, model) {
      if (found.operator !== 'CUSTOM') return explainMissing(found, model);
      return {
        cause: 'The model uses a custom operator, and none of that name is registered.',
        cure: 'Register it with resolver.AddCustom(name, registration). TensorFlow operators that TensorFlow Lite has no builtin for (SELECT_TF_OPS) cannot run on a chip.',
      };
    },
  },
  {
    id: 'resolver-too-small',
    title: 'The resolver has no room',
    pattern:
      /Couldn't register (?:builtin op #(?<code>\d{1,6})|custom op '[^']{0,80}'), resolver size(?:\s{1,3}is too ?small \((?<size>\d{1,6})\))?/,
    example: "Couldn't register builtin op #3, resolver size is too small (2).",
    explain: explainTooSmall,
  },
  {
    id: 'operator-twice',
    title: 'An operator is registered twice',
    pattern: /Calling Add(?:Builtin|Custom) (?:with|for) the same op more than/,
    example: 'Calling AddBuiltin with the same op more than once is not supported (Op: #9).',
    explain: (_, model) =>
      withCode(
        'The program registers the same operator twice; the second call fails and changes nothing.',
        'Delete the second call. A model needs each operator once, however many layers use it.',
        model?.resolverCode,
      ),
  },
  {
    id: 'resolver-method-missing',
    title: 'The library lacks an operator',
    pattern: /MicroMutableOpResolver<[^>]{0,40}>['’"]{0,2} has no member named ['‘"]?(?<method>Add\w{1,60})/,
    example:
      "error: 'class tflite::MicroMutableOpResolver<4>' has no member named 'AddBatchMatMul'; did you mean 'AddMul'?",
    explain: ({ method }, model) => ({
      cause: `The installed library has no ${method}: it is older than the operator, or the name is misspelt.`,
      cure: `Install a newer library, or use a model without that operator: tinyml check ${nameOf(model)} --ops-for chirale.`,
    }),
  },
  {
    id: 'operator-refused',
    title: 'An operator could not be registered',
    pattern: /The library refused one of the model's operators/,
    example: "The library refused one of the model's operators",
    consequence: true,
    explain: (_, model) =>
      withCode(
        'One of the calls that register operators failed: the resolver has too little room, or an operator is registered twice. The line before says which.',
        'Export the firmware again, or make the number in MicroMutableOpResolver<N> that of the operators.',
        model?.resolverCode,
      ),
  },
  {
    id: 'one-subgraph',
    title: 'The library takes one subgraph only',
    pattern: /Only 1 subgraph is currently supported/,
    example: 'Only 1 subgraph is currently supported.',
    explain: (_, model) => ({
      cause: `The model has ${model === undefined ? 'several' : model.subgraphs} subgraphs, as loops make them (LSTM, GRU, WHILE, IF), and this old library runs one.`,
      cure: 'Unroll the recurrent layer when the model is built (unroll=True in Keras), or use a newer library: Arduino_TensorFlowLite 2.4.0-ALPHA and Chirale_TensorFLowLite 2.0.0 run several.',
    }),
  },
  {
    id: 'resource-variables',
    title: 'The model has variables',
    pattern: /requires resource variables\. Please create/,
    example:
      'VAR_HANDLE requires resource variables. Please create ResourceVariables and pass it to the interpreter.',
    explain: () => ({
      cause:
        'The model keeps state in resource variables, and the interpreter was made without room for them.',
      cure: 'Create tflite::MicroResourceVariables and pass it to MicroInterpreter, or convert the model without state.',
    }),
  },
];
