/** What others make of the recorded ONNX networks. */

export interface OnnxPeer {
  /**
   * Operators of the same network written in Keras: convolutions, dense layers, poolings, sums and functions of activation that
   * no operator before them computes; dense layers take images as they are. Where PyTorch pads both sides of a window that
   * moves by two, Keras needs a ZeroPadding2D, which is a PAD: its own padding lies behind the image alone, and a kernel with a
   * row and a column of zeros, with which it would lie right, has 78 % more products and weights. Cropping2D behind a
   * transposed convolution is a SLICE for the same reason.
   */
  readonly operators?: number;
  /** dB of onnxruntime's static int8 (QDQ, one weight scale for each channel), for each output; recurrent layers stay float there. */
  readonly noise?: readonly number[];
}

export const ONNX_PEERS: Readonly<Record<string, OnnxPeer>> = {
  // 6 dense
  ae_dense: { operators: 6, noise: [36.9] },
  // 2 convolutions and poolings, 2 dense
  cnn_dyn: { operators: 6, noise: [42.5] },
  // 2 convolutions with PAD, RESHAPE, dense, TANH, QUANTIZE to the scale of the other row, CONCATENATION, dense
  cnn_two_in: { operators: 10, noise: [43.1] },
  // 2 convolutions with PAD, MEAN, 2 dense, LOG_SOFTMAX, LOGISTIC. tinyml keeps LOG_SOFTMAX in float32, between two more: 7 dB.
  cnn_two_out: { operators: 9, noise: [47.4, 54] },
  // 2 convolutions with PAD, 2 transposed, one of them with SLICE, LOGISTIC
  conv_ae: { operators: 8, noise: [57.2] },
  // RESHAPE, which Conv1D makes of its input, 3 convolutions, one of them with PAD, 2 poolings, 2 dense, SOFTMAX
  gesture1d: { operators: 10, noise: [48.2] },
  // 9 convolutions, the first with PAD, MEAN, dense
  kws_dscnn: { operators: 12, noise: [37.9] },
  // 16 convolutions, 3 of them with PAD, 3 sums, MEAN, dense
  mbv2_48: { operators: 24, noise: [34.4] },
  // 7 convolutions, 5 HARD_SWISH, 2 MEAN, HardSigmoid as 2, MUL, ADD, 2 dense
  mbv3_se_hs: { operators: 20, noise: [34.5] },
  // 3 dense, TANH
  mlp: { operators: 4, noise: [42.4] },
  // 9 convolutions, 2 of them with PAD, 3 sums, MEAN, dense
  resnet8: { operators: 16, noise: [40.8] },
  // Nothing like them in Keras.
  attn_ln_gelu: { noise: [39.4] },
  pools_misc: { noise: [40.6] },
  tcn_causal: { noise: [38.4] },
};
