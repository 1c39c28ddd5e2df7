/** Which question is asked at a place: inspection and place decide, nobody picks. The twin of presence/rules.py `chosen`. */

const BELOW = 160;

export async function chosen(inspection: string, target: string, facts: readonly string[]): Promise<string | null> {
  const ids = [...facts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const text = new TextEncoder().encode(`anxun-ask-1\n${inspection}\n${target}\n`);
  const drawn = new DataView(await crypto.subtle.digest('SHA-256', text));
  if (ids.length === 0 || drawn.getUint8(0) >= BELOW) return null;
  return ids[drawn.getUint32(1) % ids.length] ?? null;
}
