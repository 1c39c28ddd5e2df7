/** What a person can do on the sync page. */
import { useDatabase } from '@/data/session';
import { setWifiOnly, syncNow } from '@/sync/control';

export const sendNow = (): Promise<void> => syncNow();

export const sendOnWifiOnly = (only: boolean): Promise<void> => setWifiOnly(useDatabase(), only);
