/** 16 bytes: of TFLM's arena, its buffers and the constants of a file (MicroArenaBufferAlignment()), and of v128. */
export const ALIGNMENT = 16;

/** The next multiple. */
export function alignUp(bytes: number, alignment = ALIGNMENT): number {
  return Math.ceil(bytes / alignment) * alignment;
}
