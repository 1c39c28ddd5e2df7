/** Handing a file to another app of the phone, and the name it has. */

const two = (number: number): string => String(number).padStart(2, '0');

/** Nobody's name is in it: a file name is read by everybody who passes it on. */
export function fileName(madeAt: number): string {
  const day = new Date(madeAt);
  const date = `${String(day.getFullYear())}${two(day.getMonth() + 1)}${two(day.getDate())}`;
  return `anxun-${date}-${two(day.getHours())}${two(day.getMinutes())}.anxun`;
}

/** Some browsers pass on only kinds of files that they know; the same bytes under a plain name then travel. */
function shareable(data: Blob, name: string): File | null {
  const { canShare } = navigator as Partial<Navigator>;
  if (canShare === undefined) return null;
  const forms = [
    new File([data], name, { type: 'application/octet-stream' }),
    new File([data], `${name}.txt`, { type: 'text/plain' }),
  ];
  return forms.find((file) => canShare.call(navigator, { files: [file] })) ?? null;
}

export const canShareFiles = (): boolean => shareable(new Blob(['x']), 'x.anxun') !== null;

/** False when the person thought better of it, or no app would take it. */
export async function share(data: Blob, name: string): Promise<boolean> {
  const file = shareable(data, name);
  if (file === null) return false;
  try {
    await navigator.share({ files: [file] });
    return true;
  } catch {
    return false;
  }
}
