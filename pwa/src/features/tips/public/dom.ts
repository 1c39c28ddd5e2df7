/** Just enough to build a page without a library: whoever stands in a corridor with an old phone waits for every kilobyte. */

type Child = Node | string | null;
type Props = Readonly<Record<string, string | boolean | null | ((event: Event) => void)>>;

const SVG = 'http://www.w3.org/2000/svg';

function dress(element: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
}

/** An element; texts become text nodes, whatever is in them. `onclick` and its kind are listeners. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  dress(element, props);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** A drawing of one path. */
export function drawing(size: number, path: string, label: string | null): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  dress(svg, { viewBox: `0 0 ${String(size)} ${String(size)}`, ...(label === null ? { 'aria-hidden': 'true' } : { role: 'img', 'aria-label': label }) });
  const drawn = document.createElementNS(SVG, 'path');
  dress(drawn, { d: path, fill: 'currentColor' });
  svg.append(drawn);
  return svg;
}

/** Puts other children in the place of what an element holds. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child) => child !== null));
}
