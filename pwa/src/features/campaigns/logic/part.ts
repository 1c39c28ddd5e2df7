/** A part of the matrix as an address names it: a cell, a row, a column, or all of it. Pure. */
export interface Part {
  readonly every?: string | undefined;
  readonly unit_id?: string | undefined;
  readonly way?: string | undefined;
  readonly mode?: string | undefined;
  readonly focus?: string | undefined;
  readonly window?: string | undefined;
  readonly planned?: boolean | undefined;
  readonly led?: boolean | undefined;
  readonly visited?: boolean | undefined;
}

export const PART_KEYS = ['every', 'unit_id', 'way', 'mode', 'focus', 'window', 'planned', 'led', 'visited'] as const;

/** What asks nothing is left out, so that the same part has one address. */
export function partQuery(part: Part): Readonly<Record<string, string>> {
  const entries = PART_KEYS.flatMap((key): [string, string][] => {
    const value = part[key];
    if (value === undefined || value === '' || value === false) return [];
    return [[key, value === true ? 'true' : value]];
  });
  // How the period is cut says nothing unless one of its parts is meant.
  return Object.fromEntries(entries.filter(([key]) => key !== 'every' || (part.window ?? '') !== ''));
}

export function partOf(query: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(PART_KEYS.flatMap((key) => {
    const value = query[key];
    return typeof value === 'string' && value !== '' ? [[key, value]] : [];
  }));
}
