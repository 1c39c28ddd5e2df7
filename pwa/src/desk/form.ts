/** A desk form as data: which fields, of what kind; and what of them is sent. Pure. */
import type { FieldError } from '@/data/problem';
import type { Json } from '@/data/shape';
import type { FilterOption } from './columns';

export type FieldKind = 'text' | 'long' | 'number' | 'date' | 'choice' | 'choices' | 'switch';

export interface FormField {
  readonly key: string;
  readonly label: string;
  readonly kind: FieldKind;
  readonly options?: readonly FilterOption[];
  readonly required?: boolean;
  readonly hint?: string;
  readonly max?: number;
  /** Shown but not to be changed, e.g. the unit of an existing place. */
  readonly fixed?: boolean;
}

export type Values = Record<string, Json | undefined>;

const EMPTY: Readonly<Record<FieldKind, Json>> = { text: '', long: '', number: null, date: '', choice: '', choices: [], switch: false };

export const startValues = (fields: readonly FormField[], from: Readonly<Record<string, unknown>>): Values =>
  Object.fromEntries(fields.map((field) => [field.key, (from[field.key] ?? EMPTY[field.kind]) as Json]));

const isBlank = (value: Json | undefined): boolean =>
  value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

export const missingFields = (fields: readonly FormField[], values: Values): readonly FormField[] =>
  fields.filter((field) => field.required === true && isBlank(values[field.key]));

const sent = (field: FormField, value: Json | undefined): Json => {
  if (field.kind === 'text' || field.kind === 'long') return typeof value === 'string' ? value.trim() : '';
  if (field.kind === 'choice' || field.kind === 'date') return isBlank(value) ? null : (value ?? null);
  return value ?? null;
};

/** Only what differs from the start, so that a change of one field cannot undo a colleague's change of another. */
export const changedValues = (fields: readonly FormField[], start: Values, now: Values): Values =>
  Object.fromEntries(
    fields
      .filter((field) => field.fixed !== true && JSON.stringify(start[field.key]) !== JSON.stringify(now[field.key]))
      .map((field) => [field.key, sent(field, now[field.key])]),
  );

export const allValues = (fields: readonly FormField[], now: Values): Values =>
  Object.fromEntries(
    fields.filter((field) => !isBlank(now[field.key]) || field.kind === 'switch').map((field) => [field.key, sent(field, now[field.key])]),
  );

/** The server's word about one field, if it said one. */
export const errorOf = (errors: readonly FieldError[], key: string): string | null =>
  errors.find((error) => error.pointer === `#/${key}` || error.pointer.startsWith(`#/${key}/`))?.detail ?? null;
