/** Functions that a file defines, and their calls. */

import { inputError, unsupportedError } from '../../core/errors.ts';
import type { AttributeProto, FunctionProto, ModelProto, NodeProto } from './messages.ts';
import { isDefaultDomain } from './operator-sets.ts';
import type { Surroundings } from './scope.ts';

const MOST_CALLERS = 32;

function sameDomain(a: string, b: string): boolean {
  return a === b || (isDefaultDomain(a) && isDefaultDomain(b));
}

export function functionOf({ functions }: ModelProto, call: NodeProto): FunctionProto | undefined {
  return functions.find(
    ({ name, domain, overload }) =>
      name === call.operator && overload === call.overload && sameDomain(domain, call.domain),
  );
}

/** The node with the attributes of the call where it refers to these; without those that the call leaves out. */
export function boundNode(node: NodeProto, given: ReadonlyMap<string, AttributeProto>): NodeProto {
  if (node.attributes.every(({ reference }) => reference === '')) return node;
  const attributes = node.attributes.flatMap((attribute) => {
    if (attribute.reference === '') return [attribute];
    const found = given.get(attribute.reference);
    return found === undefined ? [] : [{ ...found, name: attribute.name }];
  });
  return { ...node, attributes };
}

/** What holds of the nodes of a function's body; refuses functions that call themselves, and too many within each other. */
export function surroundingsOfCall(
  called: FunctionProto,
  call: NodeProto,
  { callers, prefix, operatorSets }: Surroundings,
): Surroundings {
  const id = `${called.domain}.${called.name}.${called.overload}`;
  if (callers.includes(id)) {
    throw inputError('onnx-function', 'it is a function that calls itself.', 'Export the model again.');
  }
  if (callers.length === MOST_CALLERS) {
    throw unsupportedError('model-too-deep', `it is a function within ${MOST_CALLERS} others.`);
  }
  if (call.inputs.length > called.inputs.length || call.outputs.length > called.outputs.length) {
    throw inputError(
      'onnx-function',
      `it has ${call.inputs.length} inputs and ${call.outputs.length} outputs, and its function ${called.inputs.length} and ${called.outputs.length}.`,
    );
  }
  const attributes = [...called.defaults, ...call.attributes].map(
    (attribute) => [attribute.name, attribute] as const,
  );
  return {
    operatorSets: called.operatorSets.length === 0 ? operatorSets : called.operatorSets,
    prefix: `${prefix}${call.name || call.outputs[0] || called.name}/`,
    attributes: new Map(attributes),
    callers: [...callers, id],
  };
}
