/** Handing a file to the browser: it lands where downloads land. */

/** A browser may still be reading it long after the click. */
const RELEASE_MS = 60_000;

export function saveFile(data: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(data);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => { URL.revokeObjectURL(link.href); }, RELEASE_MS);
}
