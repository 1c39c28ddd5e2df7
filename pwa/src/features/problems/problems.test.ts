import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '@/data/database';
import { loadMessages, setLocale, t } from '@/i18n/i18n';
import { freshDatabase, hazard, put, unit } from '../../../tests/support/rows';
import { caseFacts, parseCase } from './cases';
import { readFacts } from './facts';
import { corrected, fieldsOf, isStanding, linesOf, photoIds, placeOf, valueOf, whyText, type Refused } from './pieces';
import { actText, wordText } from './words';

beforeEach(async () => {
  await setLocale('en');
  await loadMessages(['common', 'account', 'problem', 'problems']);
});

const refused = (name: string, args: Refused['args'], code = 'c'): Refused => ({ name, args, code, status: 'rejected', params: {} });

describe('what a refused piece says', () => {
  it('shows what a person wrote and where, and no ids', () => {
    const piece = refused('answer.set', { inspection: 'i', item: 'x', set: { result: 'fail', note: 'blocked', 'r.pressure': 0.4 } });
    expect(linesOf(piece, { unit: 'Hospital', item: 'Is the exit free?' }).map(({ text }) => text)).toEqual(['Hospital', 'Is the exit free?', 'Fail', 'blocked', '0.4']);
  });
  it('tells the reason by its code, else in the server’s words', () => {
    expect(whyText(refused('answer.set', {}, 'inspection-locked'))).toContain('submitted');
    expect(whyText({ ...refused('answer.set', {}, 'newer-than-the-app'), params: { title: 'The server’s words.', title_zh: '' } })).toBe('The server’s words.');
    expect(whyText({ ...refused('answer.set', {}), status: 'held' })).toBe(t('problems.why-held'));
  });
  it('leads to where it can be looked at', () => {
    expect(placeOf(refused('answer.set', { inspection: 'i' }))).toBe('/inspections/i');
    expect(placeOf(refused('hazard.move', { id: 'h' }))).toBe('/hazards/h');
    expect(placeOf(refused('tag.claim', { code: 'C' }))).toBe('/t/C');
    expect(placeOf(refused('location.add', { id: 'l' }))).toBeNull();
    expect(placeOf(refused('answer.set', null))).toBeNull();
  });
  it('names every photo it speaks of [fault 102]', () => {
    expect(photoIds(refused('photo.add', { id: 'p' }))).toEqual(['p']);
    expect(photoIds(refused('hazard.move', { id: 'h', photos: ['a', 'b'] }))).toEqual(['a', 'b']);
    expect(photoIds(refused('signature.add', { photo_ids: ['s'] }))).toEqual(['s']);
  });
});

describe('correcting it', () => {
  it('begins with what was written', () => {
    const piece = refused('hazard.open', { id: 'h', title: 'Exit', description: 'blocked', due_on: '2026-02-30', photos: ['p'] });
    expect(fieldsOf(piece).map((field) => valueOf(piece, field))).toEqual(['Exit', 'blocked', '2026-02-30']);
    expect(corrected(piece, { due_on: '2026-03-01' })).toEqual({ ...piece.args, due_on: '2026-03-01' });
  });
  it('answers on what the phone shows now, not on what it showed then', () => {
    const piece = refused('answer.set', { inspection: 'i', target: '', item: 'x', set: { result: 'fail', v: 3 }, base: { result: 2 } });
    expect(corrected(piece, { result: 'pass', note: ' seen ' })).toEqual({ inspection: 'i', target: '', item: 'x', set: { result: 'pass', v: 3, note: 'seen' } });
  });
  it('is of no use where the person has no say any more', () => {
    expect(isStanding(refused('answer.set', {}, 'inspection-locked'))).toBe(true);
    expect(isStanding(refused('hazard.open', {}, 'sync-bad-day'))).toBe(false);
    expect(fieldsOf(refused('signature.add', { id: 's' }))).toEqual([]);
  });
});

describe('what was decided', () => {
  it('is told with the name and the words of whoever decided', () => {
    expect(actText({ act: 'return', by_name: 'Zhou', note: 'which ward?' })).toBe('Zhou sent it back to you: “which ward?”');
    expect(actText({ act: 'newer-act' })).toBeNull();
    expect(wordText({ stage: 'handed', word: null })).toBe(t('problems.handed-text'));
  });
  it('reads at the desk with the names the server knows', () => {
    const [piece] = parseCase({ pieces: [{ facts: { unit: 'Hospital', hazard: { number: 'YH-1', title: 'Exit' }, item: { zh: '通道', en: 'Is it free?' } } }] }).pieces;
    expect(piece && caseFacts(piece)).toMatchObject({ unit: 'Hospital', hazard: 'YH-1 · Exit', item: 'Is it free?', place: '' });
  });
});

describe('names on the phone', () => {
  let db: Database;
  beforeEach(async () => {
    db = freshDatabase();
    await put(db, 'unit', unit('n'));
    await put(db, 'hazard', hazard('h', { title: 'Blocked exit', unit_id: 'n' }));
  });
  afterEach(() => db.delete());

  it('come from the rows it holds, and are absent when it holds none', async () => {
    const facts = await readFacts(db, { name: 'hazard.move', args: { id: 'h' } });
    expect(facts.hazard).toBe('Blocked exit');
    expect(facts.unit).toBeTruthy();
    expect(await readFacts(db, { name: 'hazard.move', args: { id: 'gone' } })).toEqual({});
  });
});
