/** What a network may be to do: predict numbers, decide between classes, or tell what is unlike everything normal. */
export const TASKS = ['regression', 'classification', 'anomaly'] as const;
/** What a network is to do. */
export type Task = (typeof TASKS)[number];
