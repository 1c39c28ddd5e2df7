/** A person's database in memory, filled with rows as the server would send them. */
import { Database, writeMeta } from '@/data/database';
import { browserEnv } from '@/data/env';
import { newId } from '@/data/ids';
import { parentOf, type EType } from '@/data/records';
import type { ManifestEntry } from '@/data/tables';

export type Data = Readonly<Record<string, unknown>> & { readonly id: string };

export const freshDatabase = (): Database => new Database(newId(), browserEnv());

export async function put(db: Database, etype: EType, ...list: readonly Data[]): Promise<void> {
  await db.rows.bulkPut(
    list.map((data) => ({ etype, eid: data.id, parent: parentOf(etype, data), rv: 1, scopes: ['s'], gens: {}, data })),
  );
}

export async function offer(db: Database, ...keys: readonly string[]): Promise<void> {
  const definitions: ManifestEntry[] = keys.map((key) => ({
    key, hash: `hash-${key}`, title: { zh: key, en: key }, url: '', bytes: 1, items: 10, minutes: 30,
  }));
  await writeMeta(db, 'manifest', { etag: 'm', definitions, words: [], workflow_url: '', app: '1' });
}

export const unit = (id: string, more: object = {}): Data => ({
  id, region_id: 'r', name: `Unit ${id}`, short_name: id, tier: 'hospital', attributes: [], beds: 10, address: '', active: true, ...more,
});

export const location = (id: string, parent_id: string | null = null, more: object = {}): Data => ({
  id, unit_id: 'n', parent_id, kind: 'room', name: id, path: id, attributes: [], active: true, ...more,
});

export const hazard = (id: string, more: object = {}): Data => ({
  id, unit_id: 'n', source: 'inspection', title: id, description: '', basis: [], grade: 'general', suspected_major: false, state: 'open', rev: 1, due_on: '2026-12-01', opened_by: 'u', opened_at: 1, steps: [], ...more,
});

export const inspection = (id: string, more: object = {}): Data => ({
  id, unit_id: 'n', checklist_key: 'fire', definition: 'hash-fire', mode: 'spot', state: 'draft', lead_id: 'u', member_ids: [], target_ids: {}, started_at: 1, device_started_at: 1, ...more,
});

export const assignment = (id: string, more: object = {}): Data => ({
  id, title: id, unit_id: 'n', checklist_keys: ['fire'], mode: 'spot', due_on: null, inspector_ids: ['u'], lead_id: null, location_ids: [], state: 'planned', created_at: 1, ...more,
});
