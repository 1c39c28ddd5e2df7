/** Traditional Chinese: made from the Simplified words by the build, and from the server's file for checklists. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { begin } from '../src/i18n/hant';
import { LOCALES, loadMessages, pick, setLocale, t, teach } from '../src/i18n/i18n';
import { formatDay, formatNumber } from '../src/i18n/format';
import { hantOf, missingWords, traditionalWords } from '../vite/hant';

const WORDS = new URL('../src/i18n', import.meta.url).pathname;

describe('a build', () => {
  let folder: string;
  const change = (file: string, edit: (words: Record<string, string>) => void): void => {
    const path = join(folder, file);
    const words = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
    edit(words);
    writeFileSync(path, JSON.stringify(words));
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'words-'));
    for (const language of ['zh-CN', 'en']) cpSync(join(WORDS, language), join(folder, language), { recursive: true });
  });
  afterEach(() => { rmSync(folder, { recursive: true }); });

  it('finds all our words complete', () => {
    expect(missingWords(folder)).toEqual([]);
  });

  it.each([
    ['without an English text', 'en/account.json', { login: undefined }],
    ['with an empty English text', 'en/account.json', { login: ' ' }],
    ['without a Chinese text', 'zh-CN/account.json', { login: undefined }],
    ['with a text that has no Traditional form', 'zh-CN/account.json', { login: '\ue001' }],
    ['with a place that the other language does not fill', 'en/account.json', { login: '{who}' }],
  ])('stops %s', (_what, file, changes) => {
    change(file, (words) => { Object.assign(words, changes); });
    const stop = vi.fn();
    const { buildStart } = traditionalWords(folder);
    (buildStart as (this: unknown) => void).call({ error: stop });
    expect(stop).toHaveBeenCalledOnce();
    expect(String(stop.mock.calls[0])).toContain('account');
  });

  it('stops when a whole file is missing', () => {
    rmSync(join(folder, 'en', 'scan.json'));
    expect(missingWords(folder).join()).toContain('scan.json');
  });
});

describe('the app in Traditional Chinese', () => {
  const said = new Map<string, string>();

  beforeEach(async () => {
    vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new TypeError('offline'))));
    await loadMessages(['common', 'account', 'problem']);
    await setLocale('zh-Hant');
    teach(said, () => undefined);
  });
  afterEach(async () => {
    vi.unstubAllGlobals();
    await setLocale('zh-CN');
  });

  it('is one of three languages', () => {
    expect(LOCALES).toEqual(['zh-CN', 'zh-Hant', 'en']);
  });

  it('says the words that the glossary makes of ours', async () => {
    const traditional = t('account.login-hint');
    await setLocale('zh-CN');
    expect(traditional).toBe(hantOf(t('account.login-hint')));
    expect(traditional).not.toBe(t('account.login-hint'));
  });

  it('calls each language by its own name', async () => {
    const names = ['zh-CN', 'zh-Hant', 'en'].map((key) => t(`account.language.${key}`));
    await setLocale('en');
    expect(['zh-CN', 'zh-Hant', 'en'].map((key) => t(`account.language.${key}`))).toEqual(names);
  });

  it('says the refusals of the server too', async () => {
    const traditional = t('problem.auth-wrong-credentials');
    await setLocale('zh-CN');
    expect(traditional).toBe(hantOf(t('problem.auth-wrong-credentials')));
  });

  it('writes days and numbers its own way', () => {
    const now = new Date(2026, 10, 21).getTime();
    expect(formatDay('2026-11-24', now)).toMatch(/\u9031|\u661f/u);
    expect(formatNumber(1234.5)).toBe('1,234.5');
  });

  it('shows published texts as the server wrote them, and asks again for one it does not know', () => {
    const again = vi.fn();
    teach(new Map([['\u53f0\u8d26', '\u53f0\u8cec']]), again);
    expect(pick({ zh: '\u53f0\u8d26', en: 'Ledger' })).toBe('\u53f0\u8cec');
    expect(again).not.toHaveBeenCalled();
    expect(pick({ zh: 'typed by a person' })).toBe('typed by a person');
    expect(again).toHaveBeenCalledOnce();
  });

  it('keeps the file for where there is no signal', async () => {
    const shelf = new Map<string, Response>();
    vi.stubGlobal('caches', {
      open: () => Promise.resolve({
        match: (url: string) => Promise.resolve(shelf.get(url)?.clone()),
        put: (url: string, response: Response) => Promise.resolve(void shelf.set(url, response)),
      }),
    });
    vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(Response.json({ texts: { a: 'A' } }))));
    await begin(teach);
    expect(pick({ zh: 'a' })).toBe('A');
    teach(new Map(), () => undefined);
    vi.stubGlobal('fetch', vi.fn(() => Promise.reject(new TypeError('offline'))));
    await begin(teach);
    expect(pick({ zh: 'a' })).toBe('A');
    vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response('<html>Please sign in to this network'))));
    await begin(teach);
    expect(await shelf.get('/api/ref/hant.json')?.clone().json()).toEqual({ texts: { a: 'A' } });
  });
});
