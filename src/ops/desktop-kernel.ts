/** float32 kernels of TensorFlow Lite on x86, for operators whose sums it takes in another order than TFLM. */

import type { DepthwiseConvFloat } from '../kernels/float/depthwise_conv_2d.ts';
import { depthwiseConvDesktop, fullyConnectedDesktop } from '../kernels/float/desktop_sums.ts';
import type { FullyConnectedFloat } from '../kernels/float/fully_connected.ts';
import type { OpKind } from './index.ts';
import { kernelOf } from './kernel-of.ts';
import type { AnyKernel } from './op.ts';
import { weightedLoop } from './weighted/weighted.ts';

const BUILDS: { readonly [Kind in OpKind]?: AnyKernel['build'] } = {
  fully_connected: (prepared) => weightedLoop(fullyConnectedDesktop(prepared as FullyConnectedFloat)),
  depthwise_conv_2d: (prepared) => weightedLoop(depthwiseConvDesktop(prepared as DepthwiseConvFloat)),
};

/** Undefined where the sums are those of the other kernels. */
export function desktopKernel(kind: OpKind): AnyKernel | undefined {
  const [build, kernel] = [BUILDS[kind], kernelOf(kind, 'float32')];
  if (build === undefined || kernel === undefined) return undefined;
  const { prepare } = kernel;
  return { prepare, build };
}
