/** What the phone shows of peer checks: where, until when, how far; after the end nothing of the units themselves. */
import { readMeta, type Database } from '@/data/database';
import { standingBy, type Standing } from '@/data/locked';
import type { Peer } from '@/data/records-peers';
import { countEntries } from '@/data/unsent';
import { view } from '@/data/view';

/** before: the window has not begun. open, ended, clock: see data/locked. */
export type PeerStanding = Standing | 'before';

export interface PeerView {
  readonly peer: Peer;
  readonly standing: PeerStanding;
  readonly isLead: boolean;
  /** Names of the units, as long as they may be known here. */
  readonly units: readonly string[];
  /** Submitted here or on a colleague's phone. */
  readonly submitted: number;
  readonly unsent: number;
}

/** What is long over leaves the first page. */
const SHOWN_MS = 14 * 24 * 3_600_000;

export async function readPeers(db: Database): Promise<readonly PeerView[]> {
  const { all, get } = view(db);
  const [peers, inspections, unsent, anchor] = await Promise.all([all('peer'), all('inspection'), countEntries(db, 'queued'), readMeta(db, 'clock')]);
  const shown = peers.filter(({ state, ends_at: end }) => state !== 'planned' && state !== 'withdrawn' && (end ?? 0) + SHOWN_MS > db.env.now());
  const ordered = [...shown].sort((a, b) => (a.starts_at ?? 0) - (b.starts_at ?? 0));
  return Promise.all(
    ordered.map(async (peer) => {
      const units = await Promise.all(peer.unit_ids.map((id) => get('unit', id)));
      const standing = standingBy(anchor, peer.ends_at ?? 0, db.env);
      const own = inspections.filter(({ assignment_id: task }) => task !== null && peer.assignment_ids.includes(task));
      return {
        peer,
        standing: standing === 'open' && db.env.now() < (peer.starts_at ?? 0) ? 'before' : standing,
        isLead: peer.lead_id === db.user,
        units: units.flatMap((unit) => unit?.name ?? []),
        submitted: own.filter(({ state }) => state === 'submitted').length,
        unsent,
      };
    }),
  );
}
