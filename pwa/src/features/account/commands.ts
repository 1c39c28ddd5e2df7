/** What a person can do on the sync page. */
import { useDatabase } from '@/data/session';
import { setWifiOnly, syncNow } from '@/sync/control';
import { discard, handOver } from '@/sync/refusals';

export const sendNow = (): Promise<void> => syncNow();

export const sendOnWifiOnly = (only: boolean): Promise<void> => setWifiOnly(useDatabase(), only);

/** The piece is given up; the reason stays with the server's copy. */
export const discardRefusal = (id: string, reason: string): Promise<void> => discard(useDatabase(), id, reason);

/** The lead decides, and may accept it under their own name. */
export const handOverRefusal = (id: string, reason: string): Promise<void> => handOver(useDatabase(), id, reason);
