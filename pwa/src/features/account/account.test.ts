import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '@/data/problem';
import type { Database } from '@/data/database';
import { loadMessages, setLocale, t } from '@/i18n/i18n';
import { commit } from '@/sync/outbox';
import type { SyncStatus } from '@/sync/status';
import { freshDatabase, hazard, put, unit } from '../../../tests/support/rows';
import { loginError } from './errors';
import { readWaiting } from './queries';
import { statusWords } from './useStatusWords';

beforeEach(async () => {
  await setLocale('en');
  await loadMessages(['common', 'account', 'problem']);
});

const problem = (status: number, code: string, params: Problem['params'] = {}): Problem => ({ status, code, params, title: 'From the server.', title_zh: '', errors: [] });

describe('a login that did not work', () => {
  it('says whether to check the words or the network', () => {
    expect(loginError({ ok: false, problem: problem(401, 'auth-wrong-credentials') })).toBe(t('account.error.wrong'));
    expect(loginError({ ok: false, offline: true, portal: false })).toBe(t('account.error.offline'));
    expect(loginError({ ok: false, offline: true, portal: true })).toBe(t('common.portal'));
  });
  it('says in minutes how long to wait', () => {
    expect(loginError({ ok: false, problem: problem(429, 'auth-too-many-attempts', { retry_after: 90 }) })).toContain('2 minutes');
    expect(loginError({ ok: false, problem: problem(429, 'auth-too-many-attempts') })).toBe(t('account.error.throttled'));
  });
  it('lets the server speak for the rest', () => {
    expect(loginError({ ok: false, problem: problem(422, 'newer-than-the-app') })).toBe('From the server.');
  });
});

describe('the status strip', () => {
  const status = (more: Partial<SyncStatus> = {}): SyncStatus => ({
    state: 'online', busy: false, code: null, pending: 0, photos: 0, bytes: 0, refused: 0, lastSuccess: 1, oldestQueued: null, retryAt: null, updateNeeded: false, complete: true, wifiOnly: false, ...more,
  });

  it('[fault 31] says how long the oldest has waited once that is too long, and warns on the third day', () => {
    const waits = (days: number) => statusWords(status({ pending: 3, photos: 2, oldestQueued: Date.now() - days * 86_400_000 }), false);
    expect(waits(0.1).parts.join()).not.toContain('oldest');
    expect(waits(2).parts).toContain(t('common.status.oldest', { age: '2 days' }));
    expect([waits(2).state, waits(3).state]).toEqual(['online', 'trouble']);
  });
  it('names what waits', () => {
    const words = statusWords(status({ state: 'offline', pending: 3, photos: 8 }), false);
    expect(words.state).toBe('offline');
    expect(words.parts.slice(0, 2)).toEqual(['Offline', '3 records, 8 photos waiting']);
  });
  it('never hides refused work or an ended session', () => {
    expect(statusWords(status({ refused: 2 }), false).state).toBe('trouble');
    expect(statusWords(status({ refused: 2 }), false).parts).toContain('2 not accepted');
    expect(statusWords(status(), true).parts[0]).toBe('Sign in again');
  });
  it('is busy only while something moves', () => {
    expect(statusWords(status({ busy: true }), false).state).toBe('online');
    expect(statusWords(status({ busy: true, pending: 1 }), false).state).toBe('busy');
    expect(statusWords(status({ busy: true, lastSuccess: null }), false).parts[0]).toBe('Downloading');
  });
  it('says the same aloud however many photos leave', () => {
    const say = (photos: number): string => statusWords(status({ photos }), false).announcement;
    expect(say(8)).toBe(say(3));
    expect(say(0)).not.toBe(say(3));
  });
});

describe('the list of what waits', () => {
  let db: Database;
  beforeEach(async () => {
    db = freshDatabase();
    await put(db, 'unit', unit('n'));
    await put(db, 'hazard', hazard('h', { title: 'Blocked exit' }));
  });
  afterEach(() => db.delete());

  it('names every record by its subject, with its size', async () => {
    await commit(db, [
      { name: 'hazard.comment', args: { id: 'h', note: 'still there', photos: [] } },
      { name: 'location.add', args: { id: 'l', unit_id: 'n', kind: 'room', name: 'Pharmacy', attributes: [] } },
    ]);
    const { records, photos, sent } = await readWaiting(db);
    expect(records.map(({ name, subject }) => [name, subject])).toEqual([['hazard.comment', 'Blocked exit'], ['location.add', 'Pharmacy']]);
    expect(records.every(({ bytes }) => bytes > 10)).toBe(true);
    expect([photos.length, sent.length]).toEqual([0, 0]);
  });
});
