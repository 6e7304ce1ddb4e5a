/** Jupyter Notebook 6: a login by form, XSRF cookies, a kernel over a WebSocket in a second tab, files both ways. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import type { RealApp } from "../real-app.ts";

const token = "tunneltoken";

/** What the check reads of the notebook's page. */
interface NotebookWindow {
  readonly Jupyter?: { readonly notebook?: { readonly kernel?: { is_connected?(): boolean } } };
}

export const jupyter: RealApp = {
  name: "jupyter",
  title: "Jupyter Notebook",
  drives: "login, an upload, a notebook in a second tab, a cell that reads the uploaded file, a download",
  readyPath: "/login",
  version: () => execFileSync("jupyter-notebook", ["--version"], { encoding: "utf8" }).trim(),
  command: ({ dataFolder, port }) => ({
    program: "jupyter-notebook",
    args: [
      ...["--allow-root", "--no-browser", "--ip=127.0.0.1", `--port=${port}`, "--port-retries=0"],
      ...[`--NotebookApp.token=${token}`, `--notebook-dir=${dataFolder}`],
    ],
  }),
  async check({ way, page, app, goto }) {
    await goto("/");
    await app.locator("#password_input").fill(token);
    await app.locator("#login_submit").click();
    await app.waitForURL("**/tree*");

    const name = `${way}-${Date.now()}.txt`;
    const text = "hello upload 42";
    await app.locator("#new-dropdown-button").waitFor();
    const chooser = app.locator("#alternate_upload input[type=file], .fileinput").first();
    await chooser.setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
    await app.locator(".upload_button").click();
    await app.locator(`.item_link .item_name:text-is("${name}")`).waitFor();

    await app.locator("#new-dropdown-button").click();
    const opened = page.context().waitForEvent("page");
    await app.locator("#kernel-python3 a").click();
    const notebook = await opened;
    await notebook.waitForURL("**/notebooks/**");
    await notebook.locator(".CodeMirror").first().waitFor();
    await notebook.waitForFunction(() => (window as NotebookWindow).Jupyter?.notebook?.kernel?.is_connected?.());
    await notebook.locator(".CodeMirror").first().click();
    await notebook.keyboard.type(`print(open('${name}').read(), 6*7+1000)`);
    await notebook.keyboard.press("Control+Enter");
    await notebook.locator(".output_area", { hasText: `${text} 1042` }).waitFor();

    if ((await downloaded(notebook, name)) !== text) throw new Error("The download is not what was uploaded.");
  },
};

/** Downloads a file as the page's own link does it; its text. */
async function downloaded(notebook: Page, name: string): Promise<string> {
  const event = notebook.waitForEvent("download");
  await notebook.evaluate((address) => {
    const link = Object.assign(document.createElement("a"), { href: address, download: "" });
    document.body.append(link);
    link.click();
  }, `/files/${name}?download=1`);
  const download = await event;
  if (download.suggestedFilename() !== name) throw new Error(`The download is named ${download.suggestedFilename()}.`);
  return readFileSync(await download.path(), "utf8");
}
