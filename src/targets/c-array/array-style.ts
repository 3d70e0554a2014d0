/** `tflm`: `.cc`, as TFLM's own build has it. `arduino`: `.cpp`, because older Arduino builders ignore `.cc`. */
export const C_ARRAY_STYLES = ['tflm', 'arduino'] as const;
/** One of `C_ARRAY_STYLES`. */
export type CArrayStyle = (typeof C_ARRAY_STYLES)[number];
