/**
 * Whose rules decide which ranges activations have and share. tinyml's own avoid what costs TensorFlow's converter accuracy:
 * a scale that is pushed back onto a value which others read, a range in front of a sigmoid that follows large logits, and a
 * range that holds what was computed in its place.
 */
export type ScaleRules = 'tinyml' | 'tensorflow';
