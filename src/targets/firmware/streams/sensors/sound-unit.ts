import type { SensorPlace } from './sensor.ts';

/** Sound that was resampled may be a little above 1. */
const MOST_OF_SHARES = 2;

/** What a number of a microphone of 16 bits is divided by, to be what the recordings have. */
export function soundUnit({ stream: { largest } }: SensorPlace): string {
  return largest > MOST_OF_SHARES
    ? `/* The recordings have the numbers of a microphone of 16 bits as they are. */
#define FULL_SCALE 1.0f
`
    : `/* The recordings reach from -1 to 1, as WAV files do. */
#define FULL_SCALE 32768.0f
`;
}
