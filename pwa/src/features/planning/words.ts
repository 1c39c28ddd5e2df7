/** Days as the heads of the grids name them. */
import { locale } from '@/i18n/i18n';

const at = (day: string): Date => new Date(`${day}T00:00:00Z`);

export const weekday = (day: string): string => new Intl.DateTimeFormat(locale.value, { weekday: 'short', timeZone: 'UTC' }).format(at(day));
export const shortDay = (day: string): string => new Intl.DateTimeFormat(locale.value, { month: 'numeric', day: 'numeric', timeZone: 'UTC' }).format(at(day));
