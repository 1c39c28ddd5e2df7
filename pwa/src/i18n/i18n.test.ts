import { beforeEach, describe, expect, it } from 'vitest';
import { dueText } from './due';
import { daysUntil, formatBytes, formatDay, formatTime } from './format';
import { hasMessage, loadMessages, pick, setLocale, t } from './i18n';
import { problemText } from './problem';

const NOW = new Date(2026, 10, 21, 15, 30).getTime();

beforeEach(async () => {
  await setLocale('zh-CN');
  await loadMessages(['common', 'account', 'problem', 'today']);
});

describe('messages', () => {
  it('fill their places', () => {
    expect(t('common.status.waiting', { n: 3, m: 8 })).toContain('3');
    expect(t('common.status.waiting', { n: 3, m: 8 })).toContain('8');
  });
  it('show an unknown key instead of nothing', () => {
    expect(t('common.no-such-key')).toBe('common.no-such-key');
    expect(hasMessage('common.no-such-key')).toBe(false);
  });
  it('choose the form by number', async () => {
    await setLocale('en');
    expect(t('common.due.left', { n: 1 })).toBe('1 day left');
    expect(t('common.due.left', { n: 4 })).toBe('4 days left');
  });
  it('follow the language without loading anything by hand', async () => {
    const before = t('account.login');
    await setLocale('en');
    expect(t('account.login')).not.toBe(before);
  });
  it('pick between the two languages of data', async () => {
    expect(pick({ zh: 'a', en: 'b' })).toBe('a');
    await setLocale('en');
    expect(pick({ zh: 'a', en: 'b' })).toBe('b');
    expect(pick({ zh: 'a' })).toBe('a');
    expect(pick(null)).toBe('');
  });
});

describe('problems', () => {
  it('are said in our words, else in the words the server exported, else in those it sent along', async () => {
    await setLocale('en');
    expect(problemText({ code: 'unknown' })).toBe('The server said no without a reason.');
    expect(problemText({ code: 'auth-wrong-credentials' })).toBe('The user name or the password is not right.');
    expect(problemText({ code: 'brand-new', title: 'Newer than the app.', title_zh: 'x' })).toBe('Newer than the app.');
    expect(problemText({ code: 'brand-new' })).toBe(t('common.error.title'));
  });
});

describe('days', () => {
  it('are counted on the calendar, whatever the hour', () => {
    expect(daysUntil('2026-11-21', NOW)).toBe(0);
    expect(daysUntil('2026-11-24', NOW)).toBe(3);
    expect(daysUntil('2026-11-20', NOW)).toBe(-1);
    expect(daysUntil('2026-11-22', new Date(2026, 10, 21, 23, 59, 59).getTime())).toBe(1);
  });
  it('are said as distance', async () => {
    await setLocale('en');
    expect(dueText('2026-11-21', NOW)).toBe('Due today');
    expect(dueText('2026-11-19', NOW)).toBe('2 days overdue');
    expect(dueText(null, NOW)).toBe('No due date');
  });
  it('carry their weekday, and their year when it is another one', async () => {
    await setLocale('en');
    expect(formatDay('2026-11-24', NOW)).toBe('Tue, Nov 24');
    expect(formatDay('2029-05-09', NOW)).toContain('2029');
  });
});

it('times of today are short', () => {
  expect(formatTime(NOW, NOW)).toBe('15:30');
  expect(formatTime(NOW - 86_400_000, NOW)).toContain('2026');
});

it('sizes are readable', async () => {
  await setLocale('en');
  expect([formatBytes(12), formatBytes(713 * 1024), formatBytes(1.4 * 1024 ** 2), formatBytes(2 * 1024 ** 3)]).toEqual(['12 B', '713 KB', '1.4 MB', '2 GB']);
});
