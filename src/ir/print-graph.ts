/** A graph as compact text: one line per value in execution order, constants where they are first read. */

import type { QuantParams } from '../core/quant-params.ts';
import type { TensorData, TensorType } from '../core/tensor.ts';
import type { Graph, Node, Value, ValueId } from './graph.ts';

/** Elements of a constant that are printed; of the others only their number. */
const SHOWN = 8;

function printNumber(x: number | bigint): string {
  return typeof x === 'bigint' ? `${x}` : `${Number(x.toPrecision(6))}`;
}

function printData(data: TensorData): string {
  const shown = Array.from(data.subarray(0, SHOWN) as ArrayLike<number | bigint>, printNumber).join(' ');
  return data.length <= SHOWN ? shown : `${shown} … ${data.length} in all`;
}

function printQuant(quant: QuantParams | undefined): string {
  if (quant === undefined) return '';
  if (quant.scheme === 'per-tensor') return ` scale ${printNumber(quant.scale)} zero ${quant.zeroPoint}`;
  return ` scales ${printData(quant.scales)} along ${quant.axis}`;
}

function printType({ dtype, shape, quant }: TensorType): string {
  return `${dtype}[${shape.join(',')}]${printQuant(quant)}`;
}

/** Absent means none or false. */
function printAttributes(node: Node): string {
  return Object.entries(node.attributes)
    .filter(([, value]) => value !== 'none' && value !== false)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}

/** Names as they are; where two values share one, the later ones get a number. */
function uniqueNames(order: readonly Value[]): ReadonlyMap<ValueId, string> {
  const names = new Map<ValueId, string>();
  const taken = new Set<string>();
  for (const { id, name } of order) {
    const base = name === '' ? 'value' : name;
    let unique = base;
    for (let number = 2; taken.has(unique); number++) unique = `${base}#${number}`;
    taken.add(unique);
    names.set(id, unique);
  }
  return names;
}

/** Every value that is mentioned, in the order of first mention. */
function inOrder(graph: Graph): readonly Value[] {
  const ids = [
    ...graph.inputs,
    ...graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]),
    ...graph.outputs,
  ];
  return [...new Set(ids)].flatMap((id) => {
    const value = id === undefined ? undefined : graph.values.get(id);
    return value === undefined ? [] : [value];
  });
}

/** The graph as text, a line for every value and operator. */
export function printGraph(graph: Graph): string {
  const order = inOrder(graph);
  const names = uniqueNames(order);
  const nameOf = (id: ValueId | undefined): string => (id === undefined ? '-' : (names.get(id) ?? '?'));
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((id) => [id, node])));
  const source = (value: Value): string => {
    if (value.state !== undefined) return 'state';
    if (value.data !== undefined) return `constant ${printData(value.data)}`;
    const node = producers.get(value.id);
    if (node === undefined) return 'input';
    return `${node.kind}(${node.inputs.map(nameOf).join(', ')})${printAttributes(node)}`;
  };
  const lines = order.map((value) => `${nameOf(value.id)}: ${printType(value.type)} = ${source(value)}`);
  return `${[...lines, `return ${graph.outputs.map(nameOf).join(', ')}`].join('\n')}\n`;
}
