// @vitest-environment happy-dom
import { expect, it } from 'vitest';
import { freshDatabase, put } from '../../../tests/support/rows';
import { keptWords } from './words';

it('half-written words of closed inspections are handed back, those of open ones stay where they are', async () => {
  const db = freshDatabase();
  await put(db, 'inspection', { id: 'open', unit_id: 'u' });
  await db.drafts.bulkPut([
    { key: 'hazard:closed||item', data: { id: 'h', title: 'From the checklist', description: ' The alarm is silent ' }, at: 0 },
    { key: 'text:closed||item#note', data: 'Asked twice', at: 0 },
    { key: 'summary:closed', data: '', at: 0 },
    { key: 'walk:closed', data: { line: 3 }, at: 0 },
    { key: 'text:open||item#note', data: 'Still being written', at: 0 },
  ]);
  expect([...(await keptWords(db))].sort()).toEqual(['Asked twice', 'The alarm is silent']);
});
