/** Readings in a second from which a single number is sound. */
export const SOUND_RATE = 4000;
