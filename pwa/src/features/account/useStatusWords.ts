/** The status strip in words, from the state of the sync. */
import { computed, type ComputedRef } from 'vue';
import { session } from '@/data/session';
import { ageOf, urgencyOf } from '@/sync/rescue/age';
import { useSyncStatus, type SyncStatus } from '@/sync/status';
import { isOnline } from '@/device/network';
import { formatTime } from '@/i18n/format';
import { t } from '@/i18n/i18n';

export interface StatusWords {
  readonly state: 'online' | 'offline' | 'busy' | 'trouble';
  readonly parts: readonly string[];
  readonly announcement: string;
}

export function useStatusWords(): ComputedRef<StatusWords> {
  const status = useSyncStatus();
  // Without a line the browser is right, and right at once; with one, only an answer of our server proves anything.
  return computed(() => statusWords(isOnline.value ? status.value : { ...status.value, state: 'offline' }, session.value.needsLogin));
}

export function statusWords(status: SyncStatus, needsLogin: boolean): StatusWords {
  const isOnline = status.state === 'online' && !needsLogin;
  return {
    state: signOf(status, needsLogin),
    parts: [stateWord(status, needsLogin), ...waitingWords(status), lastWord(status)],
    announcement: isOnline ? onlineAnnouncement(status) : stateAnnouncement(status, needsLogin),
  };
}

export function waitingLine({ pending, photos }: SyncStatus): string {
  if (pending + photos === 0) return t('common.status.nothing-waiting');
  if (photos === 0) return t('common.status.waiting-records', { n: pending });
  return t(pending === 0 ? 'common.status.waiting-photos' : 'common.status.waiting', { n: pending, m: photos });
}

function signOf(status: SyncStatus, needsLogin: boolean): StatusWords['state'] {
  if (needsLogin || status.refused > 0 || status.state === 'login' || urgencyOf(status.oldestQueued, Date.now()) === 'alarm') return 'trouble';
  if (status.busy && (status.lastSuccess === null || status.pending + status.photos > 0)) return 'busy';
  return status.state === 'online' ? 'online' : 'offline';
}

function stateWord(status: SyncStatus, needsLogin: boolean): string {
  if (needsLogin) return t('common.status.login');
  if (status.busy && status.lastSuccess === null) return t('common.status.first');
  return status.busy && status.pending + status.photos > 0 ? t('common.status.busy') : t(`common.status.${status.state}`);
}

function waitingWords(status: SyncStatus): string[] {
  const { refused } = status;
  const age = oldestWord(status);
  return [waitingLine(status), ...(age === null ? [] : [age]), ...(refused > 0 ? [t('common.status.refused', { n: refused })] : [])];
}

/** Said once it has waited too long; until then the number is enough. */
function oldestWord({ oldestQueued }: SyncStatus): string | null {
  const now = Date.now();
  if (oldestQueued === null || urgencyOf(oldestQueued, now) === 'fresh') return null;
  const { unit, n } = ageOf(oldestQueued, now);
  return t('common.status.oldest', { age: t(`common.age.${unit}`, { n }) });
}

function lastWord({ lastSuccess }: SyncStatus): string {
  return lastSuccess === null
    ? t('common.status.never')
    : t('common.status.last', { time: formatTime(lastSuccess) });
}

/** Numbers stay out of it: a screen reader should hear a change of state, not every photo that leaves. */
function onlineAnnouncement({ pending, photos }: SyncStatus): string {
  return pending + photos === 0 ? t('common.status.say-sent') : t('common.status.say-online');
}

function stateAnnouncement({ state }: SyncStatus, needsLogin: boolean): string {
  if (needsLogin || state === 'login') return t('common.status.login');
  return state === 'portal' ? t('common.portal') : t('common.status.say-offline');
}
