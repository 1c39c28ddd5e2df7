/**
 * Parsers for what comes from the network or from the disk. They never throw and never refuse: a field that is missing or
 * of the wrong kind becomes its neutral value, because one odd row of a newer server must not blind the phone to the rest.
 */
export type Parse<T> = (raw: unknown) => T;
export type Shape = Readonly<Record<string, Parse<unknown>>>;
export type Parsed<P> = P extends Parse<infer T> ? T : never;
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export const isRecord = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

export const text: Parse<string> = (raw) => (typeof raw === 'string' ? raw : '');
export const number: Parse<number> = (raw) => (typeof raw === 'number' && Number.isFinite(raw) ? raw : 0);
export const flag: Parse<boolean> = (raw) => raw === true;
export const json: Parse<Json> = (raw) => (raw === undefined ? null : (raw as Json));

/** A word out of a known set. A newer server's word passes through, so a `switch` over it needs a default. */
export const word =
  <T extends string>(): Parse<T> =>
  (raw) =>
    text(raw) as T;

export const maybe =
  <T>(parse: Parse<T>): Parse<T | null> =>
  (raw) =>
    raw === null || raw === undefined ? null : parse(raw);

export const list =
  <T>(parse: Parse<T>): Parse<readonly T[]> =>
  (raw) =>
    Array.isArray(raw) ? raw.map(parse) : [];

export const dict =
  <T>(parse: Parse<T>): Parse<Readonly<Record<string, T>>> =>
  (raw) => {
    const out: Record<string, T> = {};
    if (isRecord(raw)) for (const key of Object.keys(raw)) out[key] = parse(raw[key]);
    return out;
  };

export const record = <S extends Shape>(shape: S): Parse<{ readonly [K in keyof S]: Parsed<S[K]> }> => {
  const fields = Object.entries(shape);
  return (raw) => {
    const from = isRecord(raw) ? raw : {};
    const out: Record<string, unknown> = {};
    for (const [key, parse] of fields) out[key] = parse(from[key]);
    return out as { readonly [K in keyof S]: Parsed<S[K]> };
  };
};
