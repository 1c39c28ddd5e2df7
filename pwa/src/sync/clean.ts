/** Texts that no server can store: the character NUL, and halves of a character cut apart by a keyboard or a limit. */
import { isRecord } from '../data/shape';

const HALF = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

const cleanText = (text: string): string => text.replaceAll('\0', '').replace(HALF, '\uFFFD');

const cleanValue = (value: unknown): unknown => {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanValue);
  return isRecord(value) ? clean(value) : value;
};

/** The same arguments, without what would make the server refuse the whole batch; absent ones are left out. */
export const clean = (args: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(args)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, cleanValue(value)]),
  );
