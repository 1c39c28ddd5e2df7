/** When the server has taken in what was done to a hazard, whoever shows its list has to read it again. */
import { onScopeDispose, watch } from 'vue';
import type { Database } from '@/data/database';
import { useLive } from '@/data/live';

/** Another word whenever the server's own row changes, or the last thing waiting for it is gone. */
async function standing(db: Database, id: string): Promise<string> {
  const key: [string, string] = ['hazard', id];
  const [row, waiting] = await Promise.all([db.rows.get(key), db.overlay.get(key)]);
  return `${String(row?.rv ?? 0)}${waiting === undefined ? '' : '+'}`;
}

export function useDelivered(db: Database, id: () => string, tell: () => void): void {
  const now = useLive(() => standing(db, id()), '', [id]);
  const stop = watch(now, (after, before) => {
    if (before !== '' && !(after.endsWith('+') && !before.endsWith('+'))) tell();
  });
  onScopeDispose(stop);
}
