/** Loops over the elements of two operands that are broadcast. */

/** Three loops in each other, the innermost over neighbours or one element again and again; int32 fields, in the order of ../arithmetic/three-loops.ts. */
@unmanaged
export class Loops {
  outer: i32;
  middle: i32;
  inner: i32;
  /** In bytes, as all steps. */
  outerA: i32;
  middleA: i32;
  innerA: i32;
  outerB: i32;
  middleB: i32;
  innerB: i32;
}
