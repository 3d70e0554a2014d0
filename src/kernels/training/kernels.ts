/**
 * The loops of training, over one memory. An address is a byte offset, a multiple of 4; elements are float32 unless
 * said. No kernel allocates or checks; the engine that plans the step knows every size. There are two implementations:
 * plain loops (the reference), and WebAssembly SIMD, equal to them to the last bit: the same seed trains the same weights on
 * every machine.
 */

export type Address = number;

/** Functions of one element, by the number that `activate` takes. */
export const ACTIVATION_CODES = { linear: 0, relu: 1, relu6: 2, sigmoid: 3, tanh: 4 } as const;
export type ActivationCode = (typeof ACTIVATION_CODES)[keyof typeof ACTIVATION_CODES];

/** Those whose derivative is 0 or 1. */
export type RectifierCode = (typeof ACTIVATION_CODES)['linear' | 'relu' | 'relu6'];

/** How a window slides over images [height, width, channels]; every field is a whole number of elements. */
export interface Geometry {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly padTop: number;
  readonly padLeft: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
}

/** The fields of `Geometry` as int32 in memory, in the order of the interface, which is how kernels read them. */
export const GEOMETRY_FIELDS = [
  'height',
  'width',
  'channels',
  'kernelHeight',
  'kernelWidth',
  'strideHeight',
  'strideWidth',
  'dilationHeight',
  'dilationWidth',
  'padTop',
  'padLeft',
  'outputHeight',
  'outputWidth',
] as const satisfies readonly (keyof Geometry)[];

export interface TrainingKernels {
  /** to[count] = 0 */
  clear(to: Address, count: number): void;
  /** to[rows, n] = from[rows, n]; strides count elements, from one row to the next. They share no memory. */
  copyRows(from: Address, fromStride: number, to: Address, toStride: number, rows: number, n: number): void;

  /**
   * C[m, n] = A[m, k] · B[k, n], or added to C where `accumulate` is 1. A has any strides; rows of B and C are
   * contiguous. Strides count elements.
   */
  gemm(
    a: Address,
    aRowStride: number,
    aColumnStride: number,
    b: Address,
    bRowStride: number,
    c: Address,
    cRowStride: number,
    m: number,
    n: number,
    k: number,
    accumulate: 0 | 1,
  ): void;
  /** to[columns, rows] = from[rows, columns]ᵀ; rows of `to` lie `stride` elements apart. */
  transpose(from: Address, rows: number, columns: number, to: Address, stride: number): void;
  /** x[rows, n] = f(x + row[n]) for every row. */
  addRow(code: ActivationCode, x: Address, row: Address, rows: number, n: number): void;
  /** sums[n] += the sum over the rows of x[rows, n], whose rows lie `stride` elements apart. */
  sumRows(x: Address, stride: number, rows: number, n: number, sums: Address): void;
  /** to[i] += from[i] */
  add(from: Address, to: Address, count: number): void;
  /** to[i] = a[i] · b[i] */
  multiply(a: Address, b: Address, to: Address, count: number): void;
  /** y = f(x); x and y may be the same memory. */
  activate(code: ActivationCode, x: Address, y: Address, count: number): void;
  /** dx = dy · f′, from the function's value y; dy and dx may be the same memory. */
  activateBackward(code: ActivationCode, y: Address, dy: Address, dx: Address, count: number): void;
  /** Probabilities of every row of n, from logits less their maximum; x and y may be the same memory. */
  softmax(x: Address, y: Address, rows: number, n: number): void;
  /** dx = y · (dy − Σ dy·y) for every row. */
  softmaxBackward(y: Address, dy: Address, dx: Address, rows: number, n: number): void;

  /** One image to columns[output pixels, kernel height · kernel width · channels]; 0 outside the image. */
  imageToColumns(geometry: Address, image: Address, columns: Address): void;
  /** Adds every column back to the pixel it came from: the transpose of `imageToColumns`. */
  columnsToImage(geometry: Address, columns: Address, image: Address): void;
  /**
   * output[output pixels, n] = the windows of one image, whose padding belongs to it, times kernel[kernel height · kernel
   * width · channels, n]; not dilated along the width.
   */
  convolve(geometry: Address, image: Address, kernel: Address, n: number, output: Address): void;
  /**
   * Adds to rows `from` up to `to` of dKernel[kernel height · kernel width · channels, n]. Here and in the next one, zeros of dOutput
   * may be left out, which changes nothing where numbers are finite.
   */
  convolveBackwardKernel(
    geometry: Address,
    image: Address,
    dOutput: Address,
    n: number,
    dKernel: Address,
    from: number,
    to: number,
  ): void;
  /**
   * dImage = the gradient of the image, whose padding belongs to it, of transposed[n, kernel height · kernel width · channels]. Each
   * output's product with a tap is added to the pixel under it as a whole. At most 96 outputs of a pixel.
   */
  convolveBackwardImage(
    geometry: Address,
    dOutput: Address,
    transposed: Address,
    n: number,
    dImage: Address,
  ): void;
  /** weights [kernel height, kernel width, channels, multiplier]; output channel c · multiplier + m; one image. */
  depthwise(geometry: Address, multiplier: number, image: Address, weights: Address, output: Address): void;
  depthwiseBackwardImage(
    geometry: Address,
    multiplier: number,
    dOutput: Address,
    weights: Address,
    dImage: Address,
  ): void;
  /** Adds to channels `from` up to `to` of dWeights. */
  depthwiseBackwardWeights(
    geometry: Address,
    multiplier: number,
    image: Address,
    dOutput: Address,
    dWeights: Address,
    from: number,
    to: number,
  ): void;
  /** Maximum under the window, and the int32 index of its element in the image: the first one in row-major order. */
  maxPool(geometry: Address, image: Address, output: Address, indices: Address): void;
  /** dImage[indices[i]] += dOutput[i] */
  scatterAdd(indices: Address, dOutput: Address, dImage: Address, count: number): void;
  /** Mean of the elements under the window that lie in the image. */
  averagePool(geometry: Address, image: Address, output: Address): void;
  /** Adds to dImage. */
  averagePoolBackward(geometry: Address, dOutput: Address, dImage: Address): void;

  /**
   * Moments of columns are sums in float64, which may go on over several calls: sums[n] = the sum over the rows of x[rows, n], or
   * added to it where `accumulate` is 1. Here and where batch norm is summed, rows lie `stride` elements apart.
   */
  sumColumns(x: Address, stride: number, rows: number, n: number, sums: Address, accumulate: 0 | 1): void;
  /** The same, squares[n] of the squared distances from sums[n] / count. */
  sumSquares(
    x: Address,
    stride: number,
    rows: number,
    n: number,
    sums: Address,
    count: number,
    squares: Address,
    accumulate: 0 | 1,
  ): void;
  /** mean[n] = sums[n] / count, variance[n] = squares[n] / count, both rounded to float32. */
  moments(sums: Address, squares: Address, count: number, n: number, mean: Address, variance: Address): void;
  /** y = f(x · scale[n] + shift[n]) for every row, f linear or a kind of ReLU: here and in the next two. */
  scaleShift(
    code: RectifierCode,
    x: Address,
    scale: Address,
    shift: Address,
    y: Address,
    rows: number,
    n: number,
  ): void;
  /**
   * Through y = f(gamma · (x − mean) · inverse + beta), where mean and inverse are of all `rows`, and x · scale + shift is
   * what f was computed of: dGamma[n] and dBeta[n].
   */
  batchNormSums(
    code: RectifierCode,
    x: Address,
    dy: Address,
    stride: number,
    norm: Address,
    dGamma: Address,
    dBeta: Address,
    rows: number,
    n: number,
  ): void;
  /** The same: dx[rows, n], of some of the `count` rows whose sums are given; dy and dx may be the same memory. */
  batchNormBackward(
    code: RectifierCode,
    x: Address,
    dy: Address,
    norm: Address,
    dGamma: Address,
    dBeta: Address,
    dx: Address,
    count: number,
    rows: number,
    n: number,
  ): void;

  /**
   * to[columns, rows, n] = from[rows, columns, n]; strides count elements, from one row of `from` and one column of `to` to the
   * next.
   */
  swapRows(
    from: Address,
    fromStride: number,
    to: Address,
    toStride: number,
    rows: number,
    columns: number,
    n: number,
  ): void;
  /**
   * A step of an LSTM. gates[rows, 4 · units] are the sums of input gate i, forget gate f, candidate g and output gate o, in
   * Keras' order, and become their values; cell = f · before + i · g, squashed = tanh(cell), hidden = o · squashed, each
   * [rows, units].
   */
  lstm(
    gates: Address,
    before: Address,
    cell: Address,
    squashed: Address,
    hidden: Address,
    rows: number,
    units: number,
  ): void;
  /**
   * Back through it: the gates' values become the gradients of their sums. dCell is what later steps say of `cell`, and
   * becomes the gradient of `before`.
   */
  lstmBackward(
    gates: Address,
    before: Address,
    squashed: Address,
    dHidden: Address,
    dCell: Address,
    rows: number,
    units: number,
  ): void;
  /**
   * A step of a GRU whose reset acts behind the weights (Keras' `reset_after`). gates[rows, 3 · units] are what the input
   * gives to update gate z, reset gate r and candidate n, in Keras' order, recurrent[rows, 3 · units] what the hidden state
   * does. The gates become their values: n = tanh(gates + r · recurrent), hidden = z · before + (1 − z) · n.
   */
  gru(
    gates: Address,
    recurrent: Address,
    before: Address,
    hidden: Address,
    rows: number,
    units: number,
  ): void;
  /** Back through it: gates and recurrent become their gradients; adds what `hidden` keeps of `before` to dBefore. */
  gruBackward(
    gates: Address,
    recurrent: Address,
    before: Address,
    dHidden: Address,
    dBefore: Address,
    rows: number,
    units: number,
  ): void;

  /** w −= rate · g */
  sgd(w: Address, g: Address, count: number, rate: number): void;
  /** v = momentum · v + g; w −= rate · v, or with Nesterov w −= rate · (g + momentum · v). */
  momentum(
    w: Address,
    g: Address,
    v: Address,
    count: number,
    rate: number,
    momentum: number,
    nesterov: 0 | 1,
  ): void;
  /** s = decay · s + (1 − decay) · g²; w −= rate · g / √(s + epsilon), as TensorFlow.js has it. */
  rmsprop(
    w: Address,
    g: Address,
    s: Address,
    count: number,
    rate: number,
    decay: number,
    epsilon: number,
  ): void;
  /**
   * m = β₁·m + (1 − β₁)·g; v = β₂·v + (1 − β₂)·g²; w −= rate · (m / correction₁) / (√(v / correction₂) + epsilon),
   * as TensorFlow.js has it; the corrections are 1 − β^step.
   */
  adam(
    w: Address,
    g: Address,
    m: Address,
    v: Address,
    count: number,
    rate: number,
    beta1: number,
    beta2: number,
    correction1: number,
    correction2: number,
    epsilon: number,
  ): void;
  /** Σ x², summed in float64. */
  sumOfSquares(x: Address, count: number): number;
  /** x · factor */
  scale(x: Address, count: number, factor: number): void;

  /**
   * Sums of products of codes and scales, each within a fraction of a step of the accumulator's integer, become what their
   * int8 stands for, in place: the integer goes through TFLM's `MultiplyByQuantizedMultiplier`. `rounding` is where a
   * `SumRounding` lies, whose first channel is that of x[0]; cut[i], a byte, is 0 where the limits changed nothing. The smallest
   * and largest sum, float32, go to `seen`; where there are none but NaN, Infinity and -Infinity.
   */
  roundSums(rounding: Address, x: Address, cut: Address, count: number, seen: Address): void;
  /** dx[i] = 0 where the byte cut[i] is not 0. */
  stopGradients(cut: Address, dx: Address, count: number): void;
  /**
   * `cut` and `seen` as above, of elements outside the limits.
   */
  markOutside(x: Address, count: number, least: number, most: number, cut: Address, seen: Address): void;
  /** x becomes the nearest whole number of scales, ties away from zero, from `least` to `most` of them. */
  roundToScale(x: Address, count: number, scale: number, least: number, most: number): void;
  /**
   * Σ dy · ∂y / ∂ log scale, where y are elements rounded to scales and x what they were: y − x, with x within the limits of
   * an activation; y itself where that lies outside `least` to `most`, the ends of what the integers stand for. Products
   * of float32, summed in float64.
   */
  scaleSlope(
    x: Address,
    y: Address,
    dy: Address,
    count: number,
    low: number,
    high: number,
    least: number,
    most: number,
  ): number;
  /** Whole numbers of scales, or what is nearly so, as int8. */
  encode(x: Address, codes: Address, count: number, scale: number, zeroPoint: number): void;
  /** What int8 stands for. */
  decode(codes: Address, x: Address, count: number, scale: number, zeroPoint: number): void;
  /**
   * to[channels] = the largest |x| of each; one channel has `run` elements side by side, and after all of them the first
   * one comes again.
   */
  largestMagnitudes(x: Address, count: number, run: number, channels: number, to: Address): void;
  /**
   * As the converter rounds weights: to = round(x · (1 / scale)) · scale in float32, ties away from zero, within ± `limit`
   * steps; `scales` has one for each channel, and they lie as above.
   */
  roundWeights(
    x: Address,
    count: number,
    run: number,
    channels: number,
    scales: Address,
    limit: number,
    to: Address,
  ): void;
}
