/** The page that stands for an app in the App View's frame. */

/** A document with nothing from elsewhere. */
export const appPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Vite + React</title>
<style>body{font:16px system-ui;margin:0;display:grid;place-items:center;height:100vh;background:#fff;color:#213547}
main{text-align:center}h1{font-size:44px;margin:0 0 16px}button{font:inherit;padding:8px 16px}</style>
<main><h1>Vite + React</h1><p>Edit <code>src/App.tsx</code> and save to test HMR</p><button>count is 3</button></main></html>`;
