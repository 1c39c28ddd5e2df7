/** What a command said, in a person's words: the lines to read, the fields to correct, the photos to look at. Pure. */
import type { RouteLocationRaw } from 'vue-router';
import { formatDay } from '@/i18n/format';
import { chinese, hasMessage, t } from '@/i18n/i18n';
import { problemText } from '@/i18n/problem';
import type { Json } from '@/data/shape';

type Args = Readonly<Record<string, unknown>>;

export interface Said {
  readonly name: string;
  readonly args: Args | null;
}

export interface Refused extends Said {
  readonly code: string;
  readonly status: string;
  readonly params: Readonly<Record<string, Json>>;
}

/** The names behind the ids, as far as the reader may know them. */
export interface Facts {
  readonly unit?: string;
  readonly place?: string;
  readonly asset?: string;
  readonly hazard?: string;
  readonly inspection?: string;
  readonly item?: string;
  readonly assignee?: string;
}

export interface Line {
  readonly key: string;
  readonly label: string;
  readonly text: string;
}

const WHERE = ['unit', 'place', 'asset', 'inspection', 'item', 'hazard', 'assignee'] as const;
/** Arguments a person wrote or chose; ids and sizes mean nothing to them. */
const WORDS = ['title', 'name', 'description', 'note', 'summary', 'suggestion', 'reason', 'caption', 'code', 'due_on'] as const;
const RESULTS = ['pass', 'fail', 'na', 'unable'];
/** Nothing is wrong with what was said: the person has no say there any more, or the record is closed. */
const STANDING = new Set(['inspection-locked', 'inspection-not-of-the-team', 'forbidden', 'not-found']);

export const isStanding = ({ code }: Refused): boolean => STANDING.has(code);

export const nameText = (name: string): string => (hasMessage(`account.record.${name}`) ? t(`account.record.${name}`) : t('problems.other'));

/** Why it was not taken, in one sentence. */
export function whyText({ code, status, params }: Refused): string {
  if (status !== 'rejected') return t(`problems.why-${status}`);
  return hasMessage(`problems.why.${code}`) ? t(`problems.why.${code}`) : problemText({ code, params });
}

/** The same for whoever decides: it speaks of the author, not to them. */
export const deskWhyText = (piece: Refused): string =>
  hasMessage(`problems.desk-why.${piece.code}`) ? t(`problems.desk-why.${piece.code}`) : whyText(piece);

export function linesOf({ args }: Said, facts: Facts): Line[] {
  const where = WHERE.flatMap((key) => line(key, t(`problems.where.${key}`), facts[key] ?? ''));
  if (args === null) return where;
  const set = setOf(args);
  const words = WORDS.flatMap((key) => line(key, t(`account.field.${key}`), wordOf(key, args[key] ?? set[key])));
  return [...where, ...resultLine(set), ...words, ...readings(set)];
}

const setOf = (args: Args): Args => (typeof args['set'] === 'object' && args['set'] !== null ? (args['set'] as Args) : {});

const line = (key: string, label: string, text: string): Line[] => (text === '' ? [] : [{ key, label, text: chinese(text) }]);

const wordOf = (key: string, value: unknown): string => {
  if (typeof value !== 'string' || value === '') return '';
  return key === 'due_on' ? formatDay(value) : value;
};

const resultLine = ({ result }: Args): Line[] =>
  RESULTS.includes(String(result)) ? line('result', t('account.field.result'), t(`account.result.${String(result)}`)) : [];

const readings = (set: Args): Line[] => {
  const values = Object.entries(set).filter(([key, value]) => (key === 'v' || key.startsWith('r.')) && value !== null);
  return line('reading', t('problems.reading'), values.map(([, value]) => (Array.isArray(value) ? value.join(' ') : String(value))).join(' · '));
};

/** Ids of the photos that a command is about. */
export function photoIds({ name, args }: Said): readonly string[] {
  if (args === null) return [];
  const own = name === 'photo.add' ? [args['id']] : [];
  const named = [args['photos'], args['photo_ids']].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return [...own, ...named].filter((id): id is string => typeof id === 'string');
}

/** Where the thing can be looked at; null when it was never accepted. */
export function placeOf({ name, args }: Said): RouteLocationRaw | null {
  if (args === null) return null;
  const text = (key: string): string => (typeof args[key] === 'string' ? args[key] : '');
  if (text('inspection') !== '') return `/inspections/${text('inspection')}`;
  if (name === 'hazard.move' || name === 'hazard.comment') return `/hazards/${text('id')}`;
  if (text('hazard') !== '') return `/hazards/${text('hazard')}`;
  return name === 'tag.claim' ? `/t/${text('code')}` : null;
}

export interface Field {
  readonly key: string;
  readonly kind: 'line' | 'text' | 'day' | 'result';
  readonly max: number;
}

const LINE: Field = { key: '', kind: 'line', max: 200 };
const field = (key: string, kind: Field['kind'] = 'line'): Field => ({ ...LINE, key, kind, max: kind === 'text' ? 2000 : 200 });

const FIELDS: Readonly<Record<string, readonly Field[]>> = {
  'hazard.open': [field('title'), field('description', 'text'), field('due_on', 'day')],
  'hazard.move': [field('note', 'text'), field('due_on', 'day')],
  'hazard.comment': [field('note', 'text')],
  'answer.set': [field('result', 'result'), field('note', 'text')],
  'inspection.submit': [field('summary', 'text')],
  'photo.add': [field('caption')],
  'photo.remove': [field('reason')],
  'location.add': [field('name'), field('code')],
  'asset.add': [field('name'), field('model'), field('serial')],
};

/** What can be corrected here. A day stands in the form only where one was given. */
export const fieldsOf = ({ name, args }: Said): readonly Field[] =>
  args === null ? [] : (FIELDS[name] ?? []).filter(({ key, kind }) => kind !== 'day' || typeof args[key] === 'string').filter(({ kind }) => kind !== 'result' || 'result' in setOf(args));

export const valueOf = ({ args }: Said, { key }: Field): string => {
  const value = args?.[key] ?? setOf(args ?? {})[key];
  return typeof value === 'string' ? value : '';
};

/** The same command with what the person corrected; an emptied word is left out. */
export function corrected({ name, args }: Said, values: Readonly<Record<string, string>>): Record<string, unknown> {
  const { set, ...whole } = { ...args } as Record<string, unknown>;
  // Of an answer, `commit` fills in what the phone shows now.
  const rest = Object.fromEntries(Object.entries(whole).filter(([key]) => key !== 'base'));
  const words = Object.entries(values).map(([key, value]): [string, string | undefined] => [key, value.trim() === '' ? undefined : value.trim()]);
  if (name !== 'answer.set') return { ...rest, ...needed(name, words) };
  return { ...rest, set: { ...(set as object), ...Object.fromEntries(words.map(([key, value]) => [key, value ?? null])) } };
}

const needed = (name: string, words: readonly [string, string | undefined][]): Record<string, string | undefined> =>
  Object.fromEntries(words.map(([key, value]) => [key, value ?? (name === 'hazard.comment' || key === 'name' ? '' : undefined)]));
