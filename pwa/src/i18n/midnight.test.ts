import { afterEach, expect, it, vi } from 'vitest';

const Real = Intl.DateTimeFormat;

/** Engines on older phones take `hour12: false` for the clock that goes from 1 to 24. */
class Older extends Real {
  constructor(locale?: string, { hour12, ...given }: Intl.DateTimeFormatOptions = {}) {
    super(locale, hour12 === false ? { ...given, hourCycle: 'h24' } : { ...given, ...(hour12 === undefined ? {} : { hour12 }) });
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

it.each(['zh-CN', 'en'] as const)('the day begins at 00 on older phones too (%s)', async (name) => {
  vi.stubGlobal('Intl', Object.assign(Object.create(Intl) as typeof Intl, { DateTimeFormat: Older }));
  const { setLocale } = await import('./i18n');
  const { formatMoment, formatTime } = await import('./format');
  await setLocale(name);
  const at = new Date(2026, 11, 31, 0, 5).getTime();
  expect(formatTime(at, at)).toBe('00:05');
  expect(formatMoment(at)).toContain('00:05');
});
