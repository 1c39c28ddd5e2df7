/** How the single file shows what it found. Text is only ever set as text. */
import type zh from '@/i18n/zh-CN/draws.json';
import { isRecord, type Json } from '@/data/shape';
import type { Differs, Fields } from '../replay';

export type Words = typeof zh;

export function element<K extends keyof HTMLElementTagNameMap>(name: K, given: Partial<HTMLElementTagNameMap[K]>, inside: readonly (HTMLElement | string)[] = []): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), given);
  made.append(...inside);
  return made;
}

export function difference(words: Words, found: Differs): HTMLElement {
  const both = found.told === found.found ? [] : ([[words['in-file'], found.told], [words.repeated, found.found]] as const);
  const lines = [[words.place, found.where || '/'], ...both] as const;
  return element('dl', {}, lines.flatMap(([name, text]) => [element('dt', {}, [name]), element('dd', {}, [text])]));
}

const listOf = (value: Json | undefined): readonly Fields[] => (Array.isArray(value) ? value.filter((one): one is Record<string, Json> => isRecord(one)) : []);
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const told = (value: Json | undefined): Fields => (isRecord(value) ? (value as Fields) : {});

/** The file in words; nothing of it is believed, and nothing that it lacks breaks the page. */
export function summary(words: Words, file: Fields): HTMLElement {
  const snapshot = told(file['snapshot']);
  const names = new Map(listOf(snapshot['candidates']).map((one) => [textOf(one['id']), textOf(one['name'])]));
  const slots = new Map(listOf(snapshot['slots']).map((one) => [textOf(one['key']), textOf(one['name'])]));
  const name = (id: Json | undefined): string => names.get(textOf(id)) ?? textOf(id);
  const witness = told(file['witness']);
  const moment = typeof file['drawn_at'] === 'number' ? new Date(file['drawn_at']).toLocaleString() : '';
  const head = [textOf(file['code']), textOf(told(snapshot['region'])['name']), moment].filter(Boolean).join(' · ');
  const people = [words['operator-is'].replace('{name}', textOf(told(file['operator'])['name'])), words['witness-said'].replace('{name}', textOf(witness['name'])).replace('{words}', textOf(witness['words']))];
  const stands = listOf(file['standing']).flatMap((one) => [
    element('h3', {}, [slots.get(textOf(one['slot'])) || words.result]),
    element('ol', {}, (Array.isArray(one['ids']) ? (one['ids'] as readonly Json[]) : []).map((id) => element('li', {}, [name(id)]))),
  ]);
  const gone = listOf(file['replacements']).map((one) => element('li', {}, [element('del', {}, [name(one['out'])]), ` → ${name(one['in'])}${words.colon}${textOf(one['reason'])}`]));
  const spoiled = told(file['spoiled']);
  const isVoid = file['spoiled'] === null ? [] : [element('p', { className: 'verdict bad' }, [`${words['state-spoiled']}${words.colon}${textOf(spoiled['reason'])}`])];
  return element('article', {}, [...isVoid, element('h2', {}, [textOf(file['purpose'])]), element('p', {}, [head]), element('p', {}, [people.join(' · ')]), ...stands, element('ul', {}, gone)]);
}
