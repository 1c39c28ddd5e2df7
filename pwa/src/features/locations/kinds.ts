/** From the whole ground down to one room. */
export const KINDS = ['campus', 'building', 'floor', 'room'] as const;
export type LocationKind = (typeof KINDS)[number];
