/// <reference types="vite/client" />
/// <reference types="vite-plugin-pwa/client" />
import 'vue-router';

declare module 'vue-router' {
  interface RouteMeta {
    /** Message files the page needs before it is shown, by feature name. */
    readonly messages?: readonly string[];
    /** Key of the page title. */
    readonly title?: string;
    /** Which button of the bottom bar is lit. */
    readonly tab?: 'today' | 'hazards' | 'scan' | 'ledger' | 'me';
    /** The frame around the page; `phone` is usual. */
    readonly frame?: 'phone' | 'bare' | 'desk';
    /** Whether the bottom bar is shown; a task that fills the screen leaves it out. */
    readonly bar?: boolean;
    /** Reachable without having logged in. */
    readonly open?: boolean;
  }
}

declare global {
  const __APP_VERSION__: string;
}
