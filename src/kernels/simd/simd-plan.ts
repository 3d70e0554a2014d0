/** Kernels of inference in WebAssembly: what one keeps in memory, and how it is bound to addresses there. */

/** A byte offset; tensors, constants and scratch lie at multiples of 16. */
export type Address = number;

/** The exports of `assembly/index.ts` that interpret a graph. They allocate and check nothing. */
export interface InferenceKernels {
  addInt8(
    outputs: Address,
    loops: Address,
    channelConstants: Address,
    termsA: Address,
    termsB: Address,
    scratch: Address,
    a: Address,
    b: Address,
    output: Address,
  ): void;
  lookupInt8(table: Address, length: number, input: Address, output: Address): void;
  lookupPairsInt8(loops: Address, tables: Address, offsets: Address, input: Address, output: Address): void;
  extremumInt8(code: number, loops: Address, a: Address, b: Address, output: Address): void;
  mulInt8(
    settings: Address,
    loops: Address,
    channelConstants: Address,
    scratch: Address,
    a: Address,
    b: Address,
    output: Address,
  ): void;
  convInt8: ProductInt8;
  rowInt8(
    settings: Address,
    biases: Address,
    channelConstants: Address,
    weights: Address,
    scratch: Address,
    input: Address,
    output: Address,
  ): void;
  lstmInt8(
    settings: Address,
    points: Address,
    scales: Address,
    inputBiases: Address,
    inputWeights: Address,
    hiddenBiases: Address,
    hiddenWeights: Address,
    scratch: Address,
    input: Address,
    hidden: Address,
    cell: Address,
    output: Address,
  ): void;
  svdfInt8(
    settings: Address,
    biases: Address,
    channelConstants: Address,
    weights: Address,
    scratch: Address,
    newest: Address,
    state: Address,
    output: Address,
  ): void;
  depthwiseInt8: ProductInt8;
  depthwise3x3Int8(
    settings: Address,
    channelConstants: Address,
    weights: Address,
    strideWidth: number,
    scratch: Address,
    input: Address,
    output: Address,
  ): void;
  repeatInt8(from: Address, count: number, times: number, to: Address): void;
  convInt16(
    sliding: Address,
    limits: Address,
    channelConstants: Address,
    weights: Address,
    length: number,
    chunk: number,
    scratch: Address,
    input: Address,
    output: Address,
  ): void;
  depthwiseInt16(
    sliding: Address,
    limits: Address,
    channelConstants: Address,
    weights: Address,
    scratch: Address,
    input: Address,
    output: Address,
  ): void;
  repeatInt16(from: Address, count: number, times: number, to: Address): void;
  convFloat(
    sliding: Address,
    limits: Address,
    bias: Address,
    weights: Address,
    length: number,
    chunk: number,
    scratch: Address,
    input: Address,
    output: Address,
  ): void;
  depthwiseFloat(
    sliding: Address,
    limits: Address,
    bias: Address,
    weights: Address,
    scratch: Address,
    input: Address,
    output: Address,
  ): void;
  repeatFloat(from: Address, count: number, times: number, to: Address): void;
  pairsFloat(
    code: number,
    loops: Address,
    least: number,
    most: number,
    a: Address,
    b: Address,
    output: Address,
  ): void;
  packColumnsInt8(
    from: Address,
    columnStep: number,
    step: number,
    columns: number,
    length: number,
    zeroPoint: number,
    to: Address,
  ): void;
  packColumnsFloat(
    from: Address,
    columnStep: number,
    step: number,
    columns: number,
    length: number,
    to: Address,
  ): void;
  clear(to: Address, count: number): void;
  sumRows(rows: Address, stride: number, count: number, length: number, sums: Address): void;
  movePixels(places: Address, from: Address, to: Address): void;
  moveRuns(runs: Address, count: number, padding: number, from: Address, to: Address): void;
  sigmoidFloat: FloatFunction;
  tanhFloat: FloatFunction;
  hardSwishFloat: FloatFunction;
  maxPoolInt8: Pool;
  averagePoolInt8: Pool;
  maxPoolFloat: Pool;
  averagePoolFloat: Pool;
}

type ProductInt8 = (
  settings: Address,
  channelConstants: Address,
  weights: Address,
  taps: Address,
  pixels: Address,
  scratch: Address,
  input: Address,
  output: Address,
) => void;

/** Gives 0 where no result is in doubt. */
type FloatFunction = (count: number, input: Address, output: Address) => number;

type Pool = (
  sliding: Address,
  clampMin: number,
  clampMax: number,
  scratch: Address,
  input: Address,
  output: Address,
) => void;

/** How far behind a tensor a kernel may read (never write). */
export const OVERREAD_BYTES = 32;

export interface SimdPlaces {
  /** Of the inputs that are computed, in their order. */
  readonly inputs: readonly Address[];
  readonly outputs: readonly Address[];
  /** One for each of the plan's constants. */
  readonly constants: readonly Address[];
  readonly scratch: Address;
  /** What addresses are in. */
  readonly buffer: ArrayBuffer;
  /** Tells the position of an operand that has just changed, where no output holds what it was in between. */
  onState(position: number): void;
}

/** Computes the outputs from the inputs that are computed, with the bytes that the plain kernel gives. */
export interface SimdPlan {
  /** Copied into memory once. */
  readonly constants: readonly ArrayBufferView[];
  /** Others of the same sizes, with which the kernel gives the same bytes in less time: worth finding for a thousand inferences. */
  readonly refined?: () => readonly ArrayBufferView[];
  /** Memory to work in, whose contents nobody keeps. */
  readonly scratchBytes: number;
  /** JavaScript computes something between the calls of kernels, so that these are not all there is. */
  readonly withScript?: true;
  bind(kernels: InferenceKernels, at: SimdPlaces): () => void;
}
