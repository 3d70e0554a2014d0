/** What others make of the recorded ONNX networks. */

export interface OnnxPeer {
  /**
   * Operators of the network written in Keras: convolutions, dense layers, poolings, sums and functions of activation that
   * no operator before them computes; dense layers take images as they are.
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
  // 2 convolutions, dense, TANH, CONCATENATION, dense
  cnn_two_in: { operators: 6, noise: [43.1] },
  // 2 convolutions, MEAN, 2 dense, LOG_SOFTMAX, LOGISTIC
  cnn_two_out: { operators: 7, noise: [47.4, 54] },
  // 2 convolutions, 2 transposed, LOGISTIC
  conv_ae: { operators: 5, noise: [57.2] },
  // 3 convolutions, 2 poolings, 2 dense, SOFTMAX
  gesture1d: { operators: 8, noise: [48.2] },
  // 9 convolutions, MEAN, dense
  kws_dscnn: { operators: 11, noise: [37.9] },
  // 16 convolutions, 3 sums, MEAN, dense
  mbv2_48: { operators: 21, noise: [34.4] },
  // 7 convolutions, 5 HARD_SWISH, 2 MEAN, HardSigmoid as 2, MUL, ADD, 2 dense
  mbv3_se_hs: { operators: 20, noise: [34.5] },
  // 3 dense, TANH
  mlp: { operators: 4, noise: [42.4] },
  // 9 convolutions, 3 sums, MEAN, dense
  resnet8: { operators: 14, noise: [40.8] },
  // Nothing like them in Keras.
  attn_ln_gelu: { noise: [39.4] },
  pools_misc: { noise: [40.6] },
  tcn_causal: { noise: [38.4] },
};
