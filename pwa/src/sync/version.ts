/** Versions of the app: `2026.11.3+4f1c` is newer than `2026.6`. */
const parts = (version: string): readonly number[] =>
  (version.split('+')[0] ?? '').split('.').map((part) => Number.parseInt(part, 10) || 0);

export const isOlder = (version: string, than: string): boolean => {
  const [a, b] = [parts(version), parts(than)];
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
};
