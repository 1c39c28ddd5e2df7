import { expect, it } from 'vitest';
import { attention } from './again';

it('acts once on a code that stays in view', () => {
  const { isNews } = attention();
  expect([0, 100, 1000, 2000].map((at) => isNews(['A'], at))).toEqual([true, false, false, false]);
});
it('acts again when the code was away for a moment', () => {
  const { isNews } = attention();
  isNews(['A'], 0);
  expect(isNews(['A'], 1600)).toBe(true);
});
it('acts at once on another code, and on the first one after it', () => {
  const { isNews } = attention();
  isNews(['A'], 0);
  expect([isNews(['B'], 100), isNews(['A'], 200)]).toEqual([true, true]);
});
it('does not throw a person who comes back straight into the same place again', () => {
  const { isNews, resume } = attention();
  isNews(['A'], 0);
  resume(60_000);
  expect(isNews(['A'], 60_200)).toBe(false);
});
it('does not care in which order codes are seen', () => {
  const { isNews } = attention();
  isNews(['A', 'B'], 0);
  expect(isNews(['B', 'A'], 100)).toBe(false);
});
