/**
 * Words of the interface. One JSON file per feature and language (`zh-CN/<feature>.json`); keys are `<feature>.<words>`.
 * Traditional Chinese has no files: the build makes it from the Simplified ones (`?hant`, see vite/hant.ts).
 * A file is fetched when a page that names it in `meta.messages` is opened, so that the first screen stays small.
 *
 * A message may hold `{name}` places, and may offer forms by number: `one: {n} photo | other: {n} photos`
 * (chosen by the argument `n`).
 */
import { ref, shallowReactive, shallowRef, type Ref } from 'vue';

export const LOCALES = ['zh-CN', 'zh-Hant', 'en'] as const;
export type Locale = (typeof LOCALES)[number];
export type MessageArgs = Readonly<Record<string, string | number>>;

type Messages = Readonly<Record<string, string>>;
type Loader = () => Promise<{ default: Messages }>;

const loaders = import.meta.glob<{ default: Messages }>(['./zh-CN/*.json', './en/*.json']);
const traditional = import.meta.glob<{ default: Messages }>('./zh-CN/*.json', { query: '?hant' });
const current = ref<Locale>('zh-CN');
const published = shallowRef<ReadonlyMap<string, string>>(new Map());
let renew = (): void => undefined;
const loaded = shallowReactive(new Map<string, Messages>());
const wanted = new Set<string>();

/** The language now shown; components that use `t` follow it by themselves. */
export const locale: Readonly<Ref<Locale>> = current;

/** Make the words of these features available; pages do it through `meta.messages`. */
export async function loadMessages(features: readonly string[]): Promise<void> {
  for (const feature of features) wanted.add(feature);
  await Promise.all(features.map((feature) => loadOne(current.value, feature)));
}

/** The language to begin with, before any words are fetched. */
export function beginIn(language: Locale): void {
  current.value = language;
  if (language === 'zh-Hant') void import('./hant').then(({ begin }) => begin(teach)).catch(() => undefined);
  if (typeof document !== 'undefined') document.documentElement.lang = language;
}

/** Switch the language; the words already in use are fetched before anything changes on the screen. */
export async function setLocale(next: Locale): Promise<void> {
  await Promise.all([...wanted].map((feature) => loadOne(next, feature)));
  beginIn(next);
}

/** The message for a key in the present language; an unknown key is shown as it is, never as nothing. */
export function t(key: string, args: MessageArgs = {}): string {
  const feature = key.slice(0, key.indexOf('.'));
  const message = loaded.get(`${current.value}/${feature}`)?.[key.slice(feature.length + 1)];
  return message === undefined ? key : fill(chooseForm(message, args['n']), args);
}

/** Whether the present language has this key; for texts that are looked up by a code from the server. */
export function hasMessage(key: string): boolean {
  const feature = key.slice(0, key.indexOf('.'));
  return loaded.get(`${current.value}/${feature}`)?.[key.slice(feature.length + 1)] !== undefined;
}

/** The Traditional form of published texts; `again` is called for a text that is not among them. */
export function teach(texts: ReadonlyMap<string, string>, again: () => void): void {
  published.value = texts;
  renew = again;
}

/** Texts that come as data in both languages (checklists, workflow): pick one, fall back to Chinese. */
export function pick(text: { readonly zh: string; readonly en?: string | undefined } | null | undefined): string {
  if (!text) return '';
  if (current.value === 'en') return text.en ?? text.zh;
  return chinese(text.zh);
}

/** A published text that is Chinese in every language, like the name of a law. */
export function chinese(text: string): string {
  return current.value === 'zh-Hant' ? traditionalOf(text) : text;
}

function traditionalOf(text: string): string {
  const known = published.value.get(text);
  if (known === undefined && text !== '') renew();
  return known ?? text;
}

async function loadOne(language: Locale, feature: string): Promise<void> {
  const name = `${language}/${feature}`;
  if (loaded.has(name)) return;
  const load: Loader | undefined = language === 'zh-Hant' ? traditional[`./zh-CN/${feature}.json`] : loaders[`./${name}.json`];
  if (load === undefined) throw new Error(`no messages ${name}`);
  const [own, theirs] = await Promise.all([load(), feature === 'problem' ? serverProblems(language) : {}]);
  loaded.set(name, { ...theirs, ...own.default });
}

/** The server names its refusals itself; a file of ours only adds to them or says them better. */
async function serverProblems(language: Locale): Promise<Messages> {
  const { problems } = (await (language === 'zh-Hant' ? traditionalProblems() : import('@contracts/generated/problems.json'))).default;
  return Object.fromEntries(problems.map(({ code, title, title_zh }) => [code, language === 'en' ? title : title_zh]));
}

const traditionalProblems = () => import('@contracts/generated/problems.json?hant');

function chooseForm(message: string, count: string | number | undefined): string {
  if (!message.includes(' | ')) return message;
  const rule = new Intl.PluralRules(current.value).select(Number(count ?? 0));
  const forms = new Map(message.split(' | ').map((form) => splitForm(form)));
  return forms.get(rule) ?? forms.get('other') ?? message;
}

function splitForm(form: string): [string, string] {
  const end = form.indexOf(': ');
  return [form.slice(0, end), form.slice(end + 2)];
}

function fill(message: string, args: MessageArgs): string {
  return message.replace(/\{(\w+)\}/g, (place, name: string) => String(args[name] ?? place));
}
