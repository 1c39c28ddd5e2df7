/** The end of something, as one says it: `11月25日周三 18:00`. */
import { formatDay, formatTime } from './format';

export const formatUntil = (at: number): string => `${formatDay(at)} ${formatTime(at, at)}`;
