/** What sketches can send: their names alone, for the command line. */

/** What can be sent. */
export const SENDING_SENSORS = ['imu-lsm9ds1', 'imu-bmi270', 'microphone', 'analog'] as const;
/** One of `SENDING_SENSORS`. */
export type SendingSensor = (typeof SENDING_SENSORS)[number];
