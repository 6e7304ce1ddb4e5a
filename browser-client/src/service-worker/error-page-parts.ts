/** Style and script of the error page, as text: they stand inside it, under its nonce. */

/** Light and dark by the system; state is told in words, never by colour alone. */
export const errorPageStyle = `
:root{color-scheme:light dark;--ink:#1c2024;--soft:#5b6470;--line:#d9dee3;--ground:#fff;--accent:#0b7285}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#a3adb8;--line:#353c44;--ground:#15181b;--accent:#4fc3d4}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--ground);color:var(--ink);
font:14px/1.6 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:520px;width:100%;border:1px solid var(--line);border-radius:8px;padding:24px}
h1{margin:0 0 8px;font-size:20px;line-height:1.3;font-weight:600}
p{margin:0 0 8px;overflow-wrap:anywhere}
.code{font:12px/1.6 ui-monospace,SFMono-Regular,Menlo,monospace;color:var(--soft)}
.hint{font-weight:500}
.state{min-height:1.6em;color:var(--soft)}
button{font:inherit;padding:4px 12px;border:1px solid var(--line);border-radius:8px;background:none;color:inherit;cursor:pointer}
a{color:var(--accent);margin-left:8px}`;

/** Asks for the page's own address each second through the worker, and loads it when the app answers. */
export const errorPageScript = `
const retries=document.currentScript.dataset.retries==="true";
document.getElementById("retry").addEventListener("click",()=>location.reload());
async function probe(){
try{
const answer=await fetch(location.href,{method:"HEAD",cache:"no-store",credentials:"same-origin",redirect:"manual"});
if(!answer.headers.has("x-culvert-error"))return location.reload();
}catch{}
setTimeout(probe,1000);
}
if(retries)setTimeout(probe,1000);`;
