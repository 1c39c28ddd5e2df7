/** The page for whoever scans a label and has no account; it shares no library with the app. */
import './page.css';
import { asking } from './face';
import { frame } from './head';
import { ReportPage } from './report';
import { begin } from './words';

const LABEL = /^\/(?:t|tips\/at)\/([^/]{1,40})\/?$/;
const RECEIPT = /^\/tips\/([^/]{1,60})\/?$/;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function themed(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => { document.documentElement.dataset['theme'] = dark.matches ? 'dark' : 'light'; };
  dark.addEventListener('change', apply);
  apply();
}

async function start(): Promise<void> {
  themed();
  await begin();
  const root = document.getElementById('tips');
  if (!root) return;
  const label = LABEL.exec(location.pathname)?.[1];
  if (label !== undefined) {
    await new ReportPage(root, decoded(label)).start();
    return;
  }
  const receipt = location.hash.slice(1) || (RECEIPT.exec(location.pathname)?.[1] ?? '');
  frame(root, null, () => asking(decoded(receipt)));
}

void start();
