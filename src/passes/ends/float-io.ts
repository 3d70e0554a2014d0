/**
 * float32 inputs and outputs around a graph of int8 or int16: QUANTIZE in front, DEQUANTIZE behind. Plain integers, which have no scale,
 * stay what they are.
 */

import { isQuantizedDType } from '../../core/tensor.ts';
import { nodeOf } from '../../ir/builder.ts';
import { getValue, type Node, type Value, type ValueId } from '../../ir/graph.ts';
import type { Pass } from '../pass.ts';

export const floatIo: Pass = {
  name: 'float-io',
  run(graph) {
    const values = new Map(graph.values);
    let nextId = Math.max(-1, ...graph.values.keys()) + 1;
    const floatTwin = (id: ValueId): Value => {
      const { name, type } = getValue(graph, id);
      const twin: Value = { id: nextId++, name, type: { dtype: 'float32', shape: type.shape } };
      values.set(twin.id, twin);
      return twin;
    };
    const isQuantized = (id: ValueId): boolean => {
      const { dtype, quant } = getValue(graph, id).type;
      return isQuantizedDType(dtype) && quant !== undefined;
    };

    const before: Node[] = [];
    const inputs = graph.inputs.map((id) => {
      if (!isQuantized(id)) return id;
      const twin = floatTwin(id);
      before.push(nodeOf('quantize', twin.name, {}, [twin.id], [id]));
      return twin.id;
    });
    const after: Node[] = [];
    const outputs = graph.outputs.map((id) => {
      if (!isQuantized(id)) return id;
      const twin = floatTwin(id);
      after.push(nodeOf('dequantize', twin.name, {}, [id], [twin.id]));
      return twin.id;
    });
    return { values, nodes: [...before, ...graph.nodes, ...after], inputs, outputs };
  },
};
