import { describe, expect, it } from 'vitest';
import { TinymlError } from '../../src/core/errors.ts';
import type { TensorType } from '../../src/core/tensor.ts';
import { nodeOf } from '../../src/ir/builder.ts';
import { checkGraph } from '../../src/ir/check-graph.ts';
import type { Graph, Value } from '../../src/ir/graph.ts';

const float = (...shape: number[]): TensorType => ({ dtype: 'float32', shape });

/** input 0, weights 1, bias 2 → dense 3 → relu 4. */
function sound(): Graph {
  const values: Value[] = [
    { id: 0, name: 'x', type: float(1, 3) },
    { id: 1, name: 'w', type: float(2, 3), data: new Float32Array(6) },
    { id: 2, name: 'b', type: float(2), data: new Float32Array(2) },
    { id: 3, name: 'h', type: float(1, 2) },
    { id: 4, name: 'y', type: float(1, 2) },
  ];
  return {
    values: new Map(values.map((value) => [value.id, value])),
    nodes: [
      nodeOf('fully_connected', 'dense', { activation: 'none', keepNumDims: false }, [0, 1, 2], [3]),
      nodeOf('relu', '', {}, [3], [4]),
    ],
    inputs: [0],
    outputs: [4],
  };
}

function withValue(graph: Graph, changed: Partial<Value> & Pick<Value, 'id'>): Graph {
  const values = new Map(graph.values);
  values.set(changed.id, { name: `v${changed.id}`, type: float(1), ...values.get(changed.id), ...changed });
  return { ...graph, values };
}

function withNodes(graph: Graph, ...nodes: Graph['nodes']): Graph {
  return { ...graph, nodes };
}

const [dense, relu] = sound().nodes;
const attributes = { activation: 'none', keepNumDims: false } as const;

const violations: readonly (readonly [code: string, message: string, graph: Graph])[] = [
  [
    'operand-count',
    'operator 0 (FULLY_CONNECTED): has 2 inputs instead of input, weights, bias?',
    withNodes(sound(), nodeOf('fully_connected', '', attributes, [0, undefined, 2], [3]), relu),
  ],
  [
    'operand-count',
    'operator 1 (PACK): has 1 input instead of inputs...',
    withNodes(sound(), dense, nodeOf('pack', '', { axis: 0 }, [3, undefined], [4])),
  ],
  [
    'operand-count',
    'operator 1 (PACK): has 0 inputs instead of inputs...',
    withNodes(sound(), dense, nodeOf('pack', '', { axis: 0 }, [], [4])),
  ],
  [
    'undefined-input',
    'operator 0 (RELU): reads "h" before anything wrote it',
    withNodes(sound(), relu, dense),
  ],
  [
    'written-twice',
    'operator 2 (RELU): writes "y" again',
    withNodes(sound(), dense, relu, nodeOf('relu', '', {}, [3], [4])),
  ],
  [
    'written-twice',
    'operator 1 (RELU): writes "w" again',
    withNodes(sound(), dense, nodeOf('relu', '', {}, [3], [1])),
  ],
  [
    'written-twice',
    'operator 1 (RELU): writes "x" again',
    withNodes(sound(), dense, nodeOf('relu', '', {}, [3], [0])),
  ],
  ['undefined-output', 'output "y" is never written', withNodes(sound(), dense)],
  [
    'state-operand',
    'operator 1 (RELU): reads "h", a variable that keeps its value between inferences, where tinyml reads none',
    withValue(
      withValue(withNodes(sound(), nodeOf('relu', '', {}, [0], [4]), nodeOf('relu', '', {}, [3], [5])), {
        id: 4,
        type: float(1, 3),
      }),
      { id: 3, state: {} },
    ),
  ],
  [
    'state-operand',
    'operator 0 (SVDF): keeps its state in "b", which is no variable',
    withNodes(sound(), nodeOf('svdf', '', { rank: 1, activation: 'none' }, [0, 1, 1, 2, 2], [3])),
  ],
  [
    'written-twice',
    'operator 0 (FULLY_CONNECTED, "dense"): writes "h" again',
    withValue(sound(), { id: 3, state: {} }),
  ],
  [
    'state-end',
    '"x", an input or output of the model, is a variable that keeps its value between inferences',
    withValue(sound(), { id: 0, state: {} }),
  ],
  [
    'state-end',
    '"y", an input or output of the model, is a variable that keeps its value between inferences',
    withValue(withNodes(sound(), dense), { id: 4, state: {} }),
  ],
  [
    'shape-mismatch',
    'operator 0 (FULLY_CONNECTED, "dense"): output is declared [2, 1], but its inputs make it [1, 2]',
    withValue(sound(), { id: 3, type: float(2, 1) }),
  ],
  [
    'shape-mismatch',
    'operator 0 (FULLY_CONNECTED, "dense"): input [1, 2] is shorter than a row of 3 weights',
    withValue(sound(), { id: 0, type: float(1, 2) }),
  ],
  [
    'shape-mismatch',
    'constant "w" has 5 values for shape [2, 3]',
    withValue(sound(), { id: 1, data: new Float32Array(5) }),
  ],
  [
    'dynamic-shape',
    'tensor "x" has shape [-1, 3]; every dimension must be known',
    withValue(sound(), { id: 0, type: float(-1, 3) }),
  ],
  ['dynamic-shape', 'tensor "x" has shape [0, 3]', withValue(sound(), { id: 0, type: float(0, 3) })],
  ['dynamic-shape', 'tensor "x" has shape [1.5, 3]', withValue(sound(), { id: 0, type: float(1.5, 3) })],
  [
    'dynamic-shape',
    'tensor "x" has shape [NaN, 3]',
    withValue(sound(), { id: 0, type: float(Number.NaN, 3) }),
  ],
  [
    'operand-count',
    'has 1 input instead of input, weights, bias?',
    withNodes(sound(), nodeOf('fully_connected', 'dense', attributes, [0], [3]), relu),
  ],
  [
    'operand-count',
    'has 2 inputs instead of input, weights, bias?',
    withNodes(sound(), nodeOf('fully_connected', 'dense', attributes, [undefined, 1, 2], [3]), relu),
  ],
  [
    'operand-count',
    'has 2 inputs instead of input',
    withNodes(sound(), dense, nodeOf('relu', '', {}, [3, 3], [4])),
  ],
  [
    'operand-count',
    'has 2 outputs instead of 1',
    withValue(withNodes(sound(), dense, nodeOf('relu', '', {}, [3], [4, 5])), { id: 5, type: float(1, 2) }),
  ],
  ['operand-count', 'has 0 outputs instead of 1', withNodes(sound(), dense, nodeOf('relu', '', {}, [3], []))],
  [
    'bad-attributes',
    'has attributes that make no sense: ',
    withNodes(
      sound(),
      nodeOf('fully_connected', 'dense', { ...attributes, activation: 'gelu' as 'none' }, [0, 1, 2], [3]),
    ),
  ],
  [
    'unsupported-type',
    'operator 1 (RELU): float32 and int8 cannot be mixed in this operator',
    withValue(sound(), { id: 4, type: { dtype: 'int8', shape: [1, 2] } }),
  ],
];

describe('checkGraph', () => {
  it('accepts the graph that the violations start from', () => {
    expect(() => checkGraph(sound())).not.toThrow();
  });

  it.each(violations)('%s: %s', (code, message, graph) => {
    try {
      checkGraph(graph);
    } catch (error) {
      if (!(error instanceof TinymlError)) throw error;
      expect([error.kind, error.code]).toEqual(['unsupported', code]);
      expect(error.message).toContain(message);
      return;
    }
    expect.fail('nothing was noticed');
  });
});
