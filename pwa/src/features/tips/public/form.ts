/** What somebody saw: photos, a few words, and who may read them. Everything is kept on the phone as it is entered. */
import { fresh, save, type Draft } from './drafts';
import { fill, h } from './dom';
import { shrink } from './shrink';
import { limits, t, topics } from './words';

export interface Spot {
  readonly unit: string | null;
  readonly place: string | null;
}

export interface FormPorts {
  readonly draft: Draft;
  readonly spot: Spot | null;
  readonly refusal: string | null;
  readonly send: () => void;
}

const SAVE_MS = 400;
let timer: ReturnType<typeof setTimeout> | undefined;

function keepSoon(draft: Draft): void {
  clearTimeout(timer);
  timer = setTimeout(() => { void save(draft); }, SAVE_MS);
}

const valueOf = (event: Event): string => (event.target as HTMLInputElement).value;

function where({ draft, spot }: FormPorts): HTMLElement {
  if (spot?.unit) {
    return h('section', { class: 'card', 'data-testid': 'tip-spot' }, h('p', { class: 'soft' }, t('tips.p-you-are')), h('p', { class: 'spot' }, spot.unit), spot.place ? h('p', {}, spot.place) : null);
  }
  const input = h('input', { id: 'place', name: 'place', maxlength: String(limits.words.place), value: draft.place, oninput: (event) => { draft.place = valueOf(event); keepSoon(draft); } });
  return h('section', { class: 'card' }, h('label', { for: 'place' }, t('tips.p-where')), h('p', { class: 'soft' }, t('tips.p-where-hint')), input);
}

function photos({ draft }: FormPorts): HTMLElement {
  const strip = h('ul', { class: 'strip' });
  const said = h('p', { class: 'soft', role: 'status' });
  const draw = (): void => { fill(strip, ...draft.photos.map((photo, n) => tile(draft, photo.blob, photo.visible, n, draw)), ...adders(draft, said, draw)); };
  draw();
  return h('section', { class: 'card' }, h('h2', {}, t('tips.p-photos', { n: limits.pictures })), strip, said);
}

function tile(draft: Draft, blob: Blob, visible: boolean, n: number, draw: () => void): HTMLElement {
  const label = t('tips.p-photo', { n: n + 1 });
  const remove = (): void => {
    draft.photos.splice(n, 1);
    keepSoon(draft);
    draw();
  };
  return h('li', { class: 'tile', 'data-testid': 'tip-photo' },
    visible ? picture(blob, label) : h('span', { class: 'unseen' }, label),
    h('button', { type: 'button', class: 'remove', 'aria-label': t('tips.p-photo-remove', { n: n + 1 }), onclick: remove }, '×'));
}

function picture(blob: Blob, alt: string): HTMLImageElement {
  const address = URL.createObjectURL(blob);
  return h('img', { src: address, alt, onload: () => { URL.revokeObjectURL(address); } });
}

/** Pictures that are still being made small: nothing is sent without them. */
let working: Promise<unknown> = Promise.resolve();

/** One after the other: a weak phone holds one large picture in its memory, not four. */
async function takeIn(draft: Draft, files: readonly File[], said: HTMLElement): Promise<void> {
  const room = limits.pictures - draft.photos.length;
  let isBad = false;
  for (const file of files.slice(0, room)) {
    said.textContent = t('tips.p-photo-working');
    const made = await shrink(file, limits.bytes);
    if (made && draft.photos.length < limits.pictures) draft.photos.push({ ...made, state: 'waiting' });
    isBad ||= made === null;
  }
  const tooMany = files.length > room ? t('tips.p-photo-most', { n: limits.pictures }) : '';
  said.textContent = [isBad ? t('tips.p-photo-bad') : '', tooMany].filter(Boolean).join(' ');
  await save(draft);
}

function adders(draft: Draft, said: HTMLElement, draw: () => void): HTMLElement[] {
  if (draft.photos.length >= limits.pictures) return [];
  const add = (event: Event): void => {
    const files = [...((event.target as HTMLInputElement).files ?? [])];
    working = working.then(() => takeIn(draft, files, said)).then(draw, draw);
  };
  const adder = (name: string, more: Readonly<Record<string, string | boolean>>): HTMLElement => h('li', {}, h('label', { class: 'adder' },
    h('span', {}, t(`tips.p-${name}`)),
    h('input', { class: 'sr-only', type: 'file', accept: 'image/*', 'data-testid': `tip-${name}`, ...more, onchange: add })));
  return [adder('camera', { capture: 'environment' }), adder('album', { multiple: true })];
}

function chips({ draft }: FormPorts): HTMLElement {
  const chip = (key: string, words: string): HTMLElement => h('label', { class: 'chip' },
    h('input', { type: 'checkbox', name: 'topic', value: key, checked: draft.topics.includes(key), 'data-testid': `tip-topic-${key}`, onchange: (event) => {
      const others = draft.topics.filter((one) => one !== key);
      draft.topics = (event.target as HTMLInputElement).checked ? [...others, key] : others;
      keepSoon(draft);
    } }), h('span', {}, words));
  const named = topics().map((topic) => chip(topic.key, document.documentElement.lang === 'en' ? topic.en : topic.zh));
  return h('fieldset', { class: 'card' }, h('legend', {}, t('tips.p-topics')), h('div', { class: 'chips' }, ...named));
}

function words({ draft }: FormPorts): HTMLElement {
  const area = h('textarea', { id: 'words', name: 'words', rows: '3', maxlength: String(limits.words.words), oninput: (event) => { draft.words = valueOf(event); keepSoon(draft); } });
  area.value = draft.words;
  return h('section', { class: 'card' }, h('label', { for: 'words' }, t('tips.p-words')), area);
}

function audience({ draft }: FormPorts): HTMLElement {
  const choice = (key: Draft['audience']): HTMLElement => h('label', { class: 'choice' },
    h('input', { type: 'radio', name: 'audience', value: key, checked: draft.audience === key, 'data-testid': `tip-audience-${key}`, onchange: () => { draft.audience = key; keepSoon(draft); } }),
    h('span', {}, h('strong', {}, t(`tips.p-audience-${key}`)), h('small', {}, t(`tips.p-audience-${key}-text`))));
  return h('fieldset', { class: 'card' }, h('legend', {}, t('tips.p-audience')), choice('unit'), choice('bureau'));
}

function contact({ draft }: FormPorts): HTMLElement {
  const input = h('input', { id: 'contact', name: 'contact', autocomplete: 'off', maxlength: String(limits.words.contact), value: draft.contact, oninput: (event) => { draft.contact = valueOf(event); keepSoon(draft); } });
  return h('details', { class: 'card', open: draft.contact !== '' }, h('summary', { 'data-testid': 'tip-contact-open' }, t('tips.p-contact')),
    h('p', { class: 'soft' }, t('tips.p-contact-text', { n: limits.contact_days })), h('label', { for: 'contact' }, t('tips.p-contact-label')), input);
}

const isEmpty = (draft: Draft): boolean => draft.photos.length === 0 && draft.topics.length === 0 && draft.words.trim() === '';

export function form(ports: FormPorts): HTMLElement {
  const said = h('p', { class: 'wrong', role: 'alert', 'data-testid': 'tip-wrong' }, ports.refusal);
  const submit = (event: Event): void => {
    event.preventDefault();
    void working.then(() => {
      if (isEmpty(ports.draft)) said.textContent = t('tips.p-empty');
      else if (ports.draft.state === 'writing') ports.send();
    });
  };
  return h('form', { class: 'form', novalidate: true, onsubmit: submit },
    h('p', { class: 'urgent' }, t('tips.p-urgent')), where(ports), photos(ports), chips(ports), words(ports), audience(ports), contact(ports), said,
    h('button', { type: 'submit', class: 'big', 'data-testid': 'tip-send' }, t('tips.p-send')));
}

export const begun = (tag: string | null): Draft => fresh(tag);
