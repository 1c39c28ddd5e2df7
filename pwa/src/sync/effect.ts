/** The shape of an effect: what a mutation will do to the rows, foretold on the phone. Pure. */
export type Data = Readonly<Record<string, unknown>>;
export type Key = readonly [etype: string, eid: string];

export interface Write {
  readonly key: Key;
  readonly data: Data | null;
}

export interface Context {
  /** The mutation's id. */
  readonly id: string;
  readonly by: string;
  readonly at: number;
}

export type Read = (etype: string, eid: string) => Data | undefined;

export interface Effect<A> {
  /** Every row that `apply` reads or writes. */
  readonly touches: (args: A) => readonly Key[];
  /** Rows whose making, if still unsent, must reach the server first. */
  readonly needs?: (args: A) => readonly Key[];
  /** Must give the same rows when run again on rows that already hold its effect. */
  readonly apply: (args: A, read: Read, context: Context) => readonly Write[];
}

export const put = (etype: string, eid: string, data: Data): readonly Write[] => [{ key: [etype, eid], data }];

export const keys = (...pairs: readonly (readonly [string, string | null | undefined])[]): readonly Key[] =>
  pairs.filter((pair): pair is Key => typeof pair[1] === 'string' && pair[1] !== '');

export const label = ([etype, eid]: Key): string => `${etype}|${eid}`;

export const unlabel = (name: string): Key => {
  const cut = name.indexOf('|');
  return [name.slice(0, cut), name.slice(cut + 1)];
};
