/** The same file in Traditional Chinese, made at build time by vite/hant.ts. */
declare module '*/problems.json?hant' {
  const value: { readonly problems: readonly { readonly code: string; readonly title: string; readonly title_zh: string }[] };
  export default value;
}
