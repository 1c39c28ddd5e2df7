/** Whether a visit may be opened, looked at again and again; and what is counted is written down. */
import { onMounted, onUnmounted, ref, type Ref } from 'vue';
import { useDatabase } from '@/data/session';
import { keepTime, momentOf, type Moment } from './time';

const LOOK_MS = 5000;

export interface Watched {
  readonly moment: Readonly<Ref<Moment>>;
  readonly look: () => Promise<void>;
}

export function useMoment(opensAt: () => number): Watched {
  const db = useDatabase();
  const moment = ref<Moment>('early');
  let timer: ReturnType<typeof setInterval> | undefined;
  const look = async (): Promise<void> => {
    if (!document.hidden) moment.value = momentOf(await keepTime(db), opensAt());
  };
  const again = (): void => void look().catch(() => undefined);
  onMounted(() => {
    again();
    timer = setInterval(again, LOOK_MS);
    document.addEventListener('visibilitychange', again);
  });
  onUnmounted(() => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', again);
  });
  return { moment, look };
}
