/** How the window of a convolution or pooling slides, as options of a file have it: height and width on their own. */

import type { Padding as FilePadding } from './generated/tflite_generated.ts';

export interface StridedOptions {
  padding(): FilePadding;
  strideH(): number;
  strideW(): number;
}

export interface DilatedOptions {
  dilationHFactor(): number;
  dilationWFactor(): number;
}

export interface FilterOptions {
  filterHeight(): number;
  filterWidth(): number;
}

export function stridesOf(options: StridedOptions): readonly [number, number] {
  return [options.strideH(), options.strideW()];
}

export function dilationsOf(options: DilatedOptions): readonly [number, number] {
  return [options.dilationHFactor(), options.dilationWFactor()];
}

export function filterOf(options: FilterOptions): readonly [number, number] {
  return [options.filterHeight(), options.filterWidth()];
}
