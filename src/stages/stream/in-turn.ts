/** The order in which recordings of samples follow each other in one of a stream. */

/**
 * What is to be heard, and background before, between and behind, as a device hears it: nobody can say of two words without a
 * pause whether they are one, or of what lies half in one gesture and half in the next what it is. Background comes again where
 * there is less of it; everything else comes once.
 */
export function inTurn<Piece>(loud: readonly Piece[], still: readonly Piece[]): readonly Piece[] {
  const count = still.length === 0 ? 0 : Math.max(still.length, loud.length + 1);
  const placed = [
    ...Array.from({ length: count }, (_, i) => ({ piece: still[i % still.length], at: (i + 0.5) / count })),
    ...loud.map((piece, i) => ({ piece, at: (i + 1) / (loud.length + 1) })),
  ];
  return placed.sort((a, b) => a.at - b.at).map(({ piece }) => piece);
}
