/** The page of a receipt: a number goes in, the state and the public answer come out. */
import { askFace, type Face } from './asking';
import { fill, h } from './dom';
import { ticket } from './ticket';
import { pick, t } from './words';

const WAY = ['received', 'seen', 'doing', 'done'] as const;

function way(face: Face): HTMLElement {
  const now = WAY.indexOf(face.state as (typeof WAY)[number]);
  return h('ol', { class: 'way' }, ...WAY.map((state, n) => h('li', { class: n < now ? 'past' : n === now ? 'now' : null, ...(n === now ? { 'aria-current': 'step' } : {}) }, t(`tips.state-${state}`))));
}

export function shown(face: Face): HTMLElement {
  return h('section', { class: 'card', 'data-testid': 'tip-face' },
    h('h2', { 'data-testid': 'tip-state' }, t(`tips.state-${face.state}`)),
    face.state === 'declined' ? null : way(face),
    h('p', { 'data-testid': 'tip-said' }, pick(face.said)),
    face.reason ? h('p', {}, t('tips.p-reason'), pick(face.reason)) : null,
    face.answer ? h('blockquote', { 'data-testid': 'tip-answer' }, face.answer) : null);
}

let typed = '';
let last: Face | null = null;

export function asking(given: string): HTMLElement {
  typed = given || typed;
  const result = h('div', { class: 'result', 'aria-live': 'polite' });
  const input = h('input', { id: 'receipt', name: 'receipt', value: typed, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false', maxlength: '40', oninput: (event) => { typed = (event.target as HTMLInputElement).value; } });
  const draw = (face: Face): void => { fill(result, shown(face), ticket(face.receipt, face.qr)); };
  const look = async (): Promise<void> => {
    if (typed.trim() === '') return;
    fill(result, h('p', { class: 'soft' }, t('tips.p-looking')));
    const told = await askFace(typed);
    if (told.kind === 'face') draw(last = told.face);
    else fill(result, h('p', { class: 'wrong', role: 'alert', 'data-testid': 'tip-wrong' }, told.kind === 'offline' ? t('tips.p-ask-offline') : pick(told.words)));
  };
  const form = h('form', { class: 'card', onsubmit: (event) => { event.preventDefault(); void look(); } },
    h('label', { for: 'receipt' }, t('tips.p-receipt-label')), h('p', { class: 'soft' }, t('tips.p-receipt-hint')), input,
    h('button', { type: 'submit', class: 'big', 'data-testid': 'tip-ask' }, t('tips.p-ask')));
  if (last) draw(last);
  else if (given) void look();
  return h('main', { class: 'page' }, form, result);
}
