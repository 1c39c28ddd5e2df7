/**
 * The page that repeats a draw, as one file: whoever saves it needs no server, no network and no account to check a draw,
 * neither now nor in ten years. It has no framework, and its words are inside.
 */
import zh from '@/i18n/zh-CN/draws.json';
import en from '@/i18n/en/draws.json';
import { parseJson } from '@/data/json';
import { isSeedList, lookAtSeeds } from '../committed';
import { isPublished, replay, type Fields } from '../replay';
import { difference, element, summary, type Words } from './show';

const WORDS: Words = navigator.language.startsWith('zh') ? zh : en;
const state: { file: Fields | null; seeds: Fields | null } = { file: null, seeds: null };

function say(kind: 'good' | 'bad', text: string, more: readonly HTMLElement[] = []): HTMLElement {
  return element('div', { className: `verdict ${kind}`, role: kind === 'bad' ? 'alert' : 'status' }, [element('p', {}, [text]), ...more]);
}

async function steps(subtle: SubtleCrypto, file: Fields): Promise<readonly HTMLElement[]> {
  const told = await replay(subtle, file);
  const differs = told.find((one) => one.difference)?.difference;
  const lines = told.map((one) => element('li', { className: one.state }, [element('strong', {}, [`${WORDS[`sign-${one.state}`]} ${WORDS[`step-${one.step}`]}`]), element('span', {}, [WORDS[`about-${one.step}`]])]));
  const verdict = differs ? say('bad', WORDS['verdict-bad'], [difference(WORDS, differs)]) : say('good', WORDS['verdict-good']);
  return [verdict, element('ol', { className: 'steps' }, lines)];
}

async function seeds(subtle: SubtleCrypto, file: Fields, listed: Fields): Promise<HTMLElement> {
  const told = await lookAtSeeds(subtle, file, listed);
  const moment = told.asOf === null ? '' : new Date(told.asOf).toLocaleString();
  const text = WORDS[`seeds-${told.shown}`].replace('{time}', moment);
  const isGood = told.shown === 'before' || told.shown === 'settled';
  return say(isGood ? 'good' : 'bad', text, told.difference ? [difference(WORDS, told.difference)] : []);
}

async function look(result: HTMLElement): Promise<void> {
  // A page from a disk is trusted as much as one over https; an old browser may still lack this.
  const subtle = (globalThis.crypto as Partial<Crypto>).subtle;
  if (!subtle) result.replaceChildren(say('bad', WORDS['trouble-no-crypto']));
  else if (state.file) {
    const shown = [...(await steps(subtle, state.file)), ...(state.seeds ? [await seeds(subtle, state.file, state.seeds)] : [])];
    result.replaceChildren(...shown, summary(WORDS, state.file));
  }
}

async function take(picked: File, result: HTMLElement): Promise<void> {
  let raw: unknown = null;
  try {
    raw = parseJson(await picked.text());
  } catch {
    // What cannot be read is neither of the two.
  }
  if (isPublished(raw)) state.file = raw;
  else if (isSeedList(raw)) state.seeds = raw;
  else {
    result.replaceChildren(say('bad', WORDS['trouble-unreadable']));
    return;
  }
  if (state.file) await look(result);
  else result.replaceChildren(say('good', WORDS['seeds-taken']));
}

function begin(): void {
  document.documentElement.lang = WORDS === zh ? 'zh-CN' : 'en';
  document.title = WORDS.verify;
  const result = element('section', { id: 'result' });
  const input = element('input', { type: 'file', accept: 'application/json,.json', multiple: true, id: 'files' });
  input.addEventListener('change', () => {
    void (async () => {
      for (const picked of input.files ?? []) await take(picked, result);
      input.value = '';
    })();
  });
  const head = [element('h1', {}, [WORDS.verify]), element('p', {}, [WORDS['alone-lead']]), element('label', { className: 'pick', htmlFor: 'files' }, [WORDS['alone-pick']]), input];
  document.getElementById('alone')?.replaceChildren(...head, result);
}

begin();
