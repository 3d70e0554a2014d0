/** The tables of what is read of each format and what is refused, as the README has them. */

import { REFUSED_LAYERS, SUPPORTED_LAYERS } from '../src/formats/keras/layers.ts';
import { ONNX_OPERATORS, REFUSED_ONNX_OPERATORS } from '../src/formats/onnx/operators/index.ts';
import {
  REFUSED_TENSORFLOW_OPERATORS,
  TENSORFLOW_OPERATORS,
} from '../src/formats/tensorflow/operators/index.ts';
import { OP_KINDS, REPLACED_KINDS } from '../src/ops/index.ts';
import { TFLM_OPERATORS } from '../src/targets/tflm/operators.ts';
import { LAYER_TYPES } from '../src/training/layer-table.ts';

export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

/** In this order a name belongs to the first that it fits; what fits none is arithmetic. Without regard to case and underscores. */
const FAMILIES: readonly (readonly [string, RegExp])[] = [
  [
    'passed through',
    /dropout|noise|^random|regularization|identity|gradient|snapshot|^check|^ensure|default$/,
  ],
  ['quantization', /quant|qlinear|decode|^com\.microsoft/],
  ['convolutions', /conv/],
  ['pooling', /pool/],
  ['products', /matmul|gemm|dense|einsum|fullyconnected|^dot$|attention/],
  [
    'recurrent layers, states',
    /lstm|gru|rnn|svdf|bidirectional|distributed|tensorlist|tensorarray|loop|variable|^resource|^var|^call/,
  ],
  ['normalization', /norm|rescaling/],
  ['activations', /relu|elu|mish|swish|sigmoid|logistic|tanh|soft|^activation$/],
  [
    'comparisons, choices',
    /detection|equal|greater|less|logical|^(and|or|not|xor)$|where|select|isnan|onehot/,
  ],
  ['sums, means, extremes', /reduce|^arg|cumsum|^(mean|sum|prod|max|min|maximum|minimum|average)$/],
  ['resizing', /resiz|upsampl/],
  [
    'shapes and moves',
    /reshape|transpose|permute|flatten|squeeze|expand|concat|pack|split|slic|gather|pad|crop|tile|repeat|broadcast|reverse|shape|^size|rank|range|const|fill|zeros|ones|eye|trilu|depth|space|compress|cast/,
  ],
  ['arithmetic', /^/],
];

const EVERY_FAMILY = FAMILIES.map(([family]) => family);

function familyOf(name: string): string | undefined {
  const plain = name.replaceAll('_', '').toLowerCase();
  return FAMILIES.find(([, pattern]) => pattern.test(plain))?.[0];
}

const TRAINED: readonly string[] = LAYER_TYPES;
/** Which are no operators of a graph, but its states. */
const OF_STATES = ['CALL_ONCE', 'VAR_HANDLE'];

/** The names of each source by family; what projects train is bold. */
export function coverageTable(): string {
  const kinds = OP_KINDS.filter((kind) => !REPLACED_KINDS.some((replaced) => replaced === kind));
  const sources: readonly (readonly string[])[] = [
    ONNX_OPERATORS,
    TENSORFLOW_OPERATORS,
    SUPPORTED_LAYERS.map((name) => (TRAINED.includes(name) ? `**${name}**` : name)),
    [...kinds.map((kind) => kind.toUpperCase()), ...OF_STATES],
  ];
  const rows = EVERY_FAMILY.map((family) => [
    family,
    ...sources.map((names) =>
      names.filter((name) => familyOf(name.replaceAll('*', '')) === family).join(', '),
    ),
  ]);
  return markdownTable(['', 'ONNX', 'TensorFlow', 'Keras layers', '`.tflite`'], rows);
}

interface Refusal {
  readonly source: string;
  readonly name: string;
  readonly reason: string;
  readonly instead: string;
}

/** What is known by name and refused, those of one reason in one row. */
export function refusalTable(): string {
  const refusals: readonly Refusal[] = [
    ...REFUSED_ONNX_OPERATORS.map(({ operator, ...why }) => ({ source: 'ONNX', name: operator, ...why })),
    ...REFUSED_TENSORFLOW_OPERATORS.map(({ operator, ...why }) => ({
      source: 'TensorFlow',
      name: operator,
      ...why,
    })),
    ...REFUSED_LAYERS.map(({ className, ...why }) => ({ source: 'Keras', name: className, ...why })),
  ];
  const rows = new Map<string, { readonly names: string[]; readonly first: Refusal }>();
  for (const refusal of refusals) {
    const key = [refusal.source, refusal.reason, refusal.instead].join('|');
    const row = rows.get(key) ?? { names: [], first: refusal };
    row.names.push(refusal.name);
    rows.set(key, row);
  }
  return markdownTable(
    ['of', 'refused', 'because', 'instead'],
    [...rows.values()].map(({ names, first }) => [
      first.source,
      names.join(', '),
      first.reason,
      first.instead,
    ]),
  );
}

/** Operators of TensorFlow Lite Micro that tinyml computes only where constants decide what they give. */
export function foreignOperators(): string {
  const computed = new Set([...OP_KINDS.map((kind) => kind.toUpperCase()), ...OF_STATES]);
  return TFLM_OPERATORS.filter((name) => !computed.has(name)).join(', ');
}
