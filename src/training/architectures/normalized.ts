/** Convolutions without a bias, normalized: in the converted model one operator each. */

import type { LayerInput } from '../layer-table.ts';

type Window = number | [number, number];

export interface NormalizedOptions {
  readonly kernel: Window;
  readonly stride?: Window;
  /** What follows the normalization; nothing by default. */
  readonly activation?: 'relu' | 'relu6';
  /** `same` by default. */
  readonly padding?: 'same' | 'valid' | undefined;
  /** What it reads; by default the layer before. */
  readonly input?: string;
}

function ending(name: string, activation: NormalizedOptions['activation']): LayerInput[] {
  const normalization: LayerInput = { type: 'BatchNormalization', name: `${name}_norm` };
  if (activation === undefined) return [normalization];
  return [
    normalization,
    { type: 'ReLU', name: `${name}_relu`, ...(activation === 'relu6' ? { maxValue: 6 } : {}) },
  ];
}

function head(name: string, { kernel, stride = 1, padding = 'same', input }: NormalizedOptions) {
  return {
    name,
    ...(input === undefined ? {} : { inputs: [input] }),
    kernelSize: kernel,
    strides: stride,
    padding,
    useBias: false,
  } as const;
}

export function normalizedConv(name: string, filters: number, options: NormalizedOptions): LayerInput[] {
  return [{ type: 'Conv2D', filters, ...head(name, options) }, ...ending(name, options.activation)];
}

export function normalizedDepthwise(
  name: string,
  depthMultiplier: number,
  options: NormalizedOptions,
): LayerInput[] {
  return [
    { type: 'DepthwiseConv2D', depthMultiplier, ...head(name, options) },
    ...ending(name, options.activation),
  ];
}
