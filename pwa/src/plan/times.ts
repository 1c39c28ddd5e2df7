/** How long items took at recent visits: asked of the server now and then, kept for when there is no signal. */

import { readMeta, writeMeta, type Database } from '@/data/database';
import { getJson } from '@/data/api';
import { useLive, type Live } from '@/data/live';
import { dict, number, record } from '@/data/shape';
import { NO_TIMES, type Times } from './length';

const HOUR_MS = 3_600_000;
const answer = record({ checklists: dict(record({ visits: number, items: dict(number) })) });

async function renew(db: Database): Promise<void> {
  const known = await readMeta(db, 'timings');
  if (known !== undefined && db.env.now() - known.at < HOUR_MS) return;
  const found = await getJson('/api/inspections/timings', answer);
  if (found.ok) await writeMeta(db, 'timings', { at: db.env.now(), checklists: found.value.checklists });
}

/** Times by checklist; what is not measured yet is simply absent. */
export function useTimes(db: Database): Live<Readonly<Record<string, Times>>> {
  void renew(db);
  return useLive<Readonly<Record<string, Times>>>(async () => (await readMeta(db, 'timings'))?.checklists ?? {}, {});
}

export const timesOf = (all: Readonly<Record<string, Times>>, checklist: string): Times => all[checklist] ?? NO_TIMES;
