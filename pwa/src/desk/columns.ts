/** How one column of a desk table reads its row. */
export interface Column<R> {
  readonly key: string;
  readonly label: string;
  readonly text: (row: R) => string;
  readonly align?: 'number';
  /** A colour that repeats what the words say. */
  readonly tone?: (row: R) => 'over' | 'soon' | undefined;
  readonly isHidden?: boolean;
}

export interface FilterOption {
  readonly value: string;
  readonly label: string;
}

/** A filter lives in the address under its key, so that a view can be kept as a bookmark and sent to a colleague. */
export type Filter =
  | { readonly key: string; readonly label: string; readonly kind: 'choice'; readonly options: readonly FilterOption[] }
  | { readonly key: string; readonly label: string; readonly kind: 'date' }
  | { readonly key: string; readonly label: string; readonly kind: 'switch' };

const STORE = 'anxun-desk-columns';

const readAll = (): Record<string, string[]> => {
  try {
    const raw: unknown = JSON.parse(localStorage.getItem(STORE) ?? '{}');
    return typeof raw === 'object' && raw !== null ? (raw as Record<string, string[]>) : {};
  } catch {
    return {};
  }
};

/** Which columns of a list this person has put away; a convenience of the browser, not a record. */
export const hiddenColumns = (list: string): readonly string[] => {
  const keys: unknown = readAll()[list];
  return Array.isArray(keys) ? keys.filter((key): key is string => typeof key === 'string') : [];
};

export const hideColumns = (list: string, keys: readonly string[]): void => {
  localStorage.setItem(STORE, JSON.stringify({ ...readAll(), [list]: [...keys] }));
};
