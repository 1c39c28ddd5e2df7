/** The head of every page without an account: whose it is, what it never asks for, and in which language. */
import { fill, h } from './dom';
import { keep, LANGUAGES, present, speak, t, type Language } from './words';

const NAMES: Readonly<Record<Language, string>> = { 'zh-CN': 'tips.p-lang-zh', 'zh-Hant': 'tips.p-lang-hant', en: 'tips.p-lang-en' };

async function change(event: Event, again: () => void): Promise<void> {
  const next = LANGUAGES.find((one) => one === (event.target as HTMLSelectElement).value);
  if (!next) return;
  await speak(next).catch(() => undefined);
  keep(next);
  again();
}

export function head(again: () => void): HTMLElement {
  const choice = h('select', { 'aria-label': t('tips.p-language'), 'data-testid': 'tip-language', onchange: (event) => { void change(event, again); } },
    ...LANGUAGES.map((one) => h('option', { value: one, selected: one === present(), lang: one }, t(NAMES[one]))));
  return h('header', { class: 'head' },
    h('div', { class: 'top' }, h('h1', {}, t('tips.p-title')), choice),
    h('p', { class: 'slogan' }, t('tips.p-slogan')));
}

export const foot = (tag: string | null): HTMLElement => h('footer', { class: 'foot' },
  h('a', { href: '/tips/', 'data-testid': 'tip-to-receipt' }, t('tips.p-to-receipt')),
  h('a', { href: tag === null ? '/login' : `/login?to=${encodeURIComponent(`/t/${tag}`)}`, 'data-testid': 'tip-to-login' }, t('tips.p-to-login')));

/** Draws a page anew, in whatever language is chosen now. */
export function frame(root: HTMLElement, tag: string | null, body: () => HTMLElement): void {
  const draw = (): void => {
    document.title = t('tips.p-title');
    fill(root, head(draw), body(), foot(tag));
  };
  draw();
}
