/**
 * A small app with a login of its own: notes, one list for its one user. It knows nothing of Culvert: cookies, forms,
 * redirects and events are what any app has.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** A form is small. */
const formBytesMax = 16 * 1024;
const cookieName = "notes_session";

/** An app that does not listen yet. `password`: the one that its login asks for. */
export function createNotesApp(password: string): Server {
  return createServer(notesListener(password));
}

/** The same as a listener, for servers that have other pages too. */
export function notesListener(password: string): (request: IncomingMessage, answer: ServerResponse) => void {
  const sessions = new Set<string>();
  const notes: string[] = [];
  const feeds = new Set<ServerResponse>();

  const isSignedIn = ({ headers }: IncomingMessage): boolean =>
    (headers.cookie ?? "").split(/; */).some((pair) => sessions.has(pair.replace(`${cookieName}=`, "")));

  async function signIn(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const form = await readForm(request);
    if (!isSame(form.get("password") ?? "", password)) return page(answer, 403, loginPage("That was not it."));
    const session = randomBytes(16).toString("base64url");
    sessions.add(session);
    answer.setHeader("set-cookie", `${cookieName}=${session}; Path=/; HttpOnly; SameSite=Lax`);
    redirect(answer, "/");
  }

  async function addNote(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    notes.push((await readForm(request)).get("note")?.slice(0, 500) ?? "");
    for (const feed of feeds) feed.write(`data: ${notes.length}\n\n`);
    redirect(answer, "/");
  }

  function follow(answer: ServerResponse): void {
    answer.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    answer.write(`data: ${notes.length}\n\n`);
    feeds.add(answer);
    answer.on("close", () => feeds.delete(answer));
  }

  async function handle(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?", 1)[0];
    if (`${request.method} ${path}` === "POST /login") return signIn(request, answer);
    if (path === "/login") return page(answer, 200, loginPage(""));
    if (!isSignedIn(request)) return redirect(answer, "/login");
    switch (`${request.method} ${path}`) {
      case "GET /":
        return page(answer, 200, notesPage(notes));
      case "POST /notes":
        return addNote(request, answer);
      case "GET /events":
        return follow(answer);
      default:
        return page(answer, 404, "<p>No such page.</p>");
    }
  }

  return (request, answer) => {
    handle(request, answer).catch(() => page(answer, 400, "<p>That did not work.</p>"));
  };
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const part of request) {
    text += part;
    if (text.length > formBytesMax) throw new Error("too large");
  }
  return new URLSearchParams(text);
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function redirect(answer: ServerResponse, path: string): void {
  answer.writeHead(303, { location: path }).end();
}

function page(answer: ServerResponse, status: number, body: string): void {
  answer.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  answer.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Notes</title><body>${body}</body></html>`);
}

function loginPage(words: string): string {
  return `<h1>Sign in to Notes</h1><p role="alert">${words}</p>
<form method="post" action="/login"><label>Password <input type="password" name="password" autofocus></label>
<button>Sign in</button></form>`;
}

function notesPage(notes: readonly string[]): string {
  const items = notes.map((note) => `<li>${note.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</li>`);
  return `<h1>Notes</h1><ul>${items.join("")}</ul>
<form method="post" action="/notes"><label>Note <input name="note" required></label> <button>Add</button></form>
<script>
  const feed = new EventSource("/events");
  feed.onmessage = ({ data }) => { if (Number(data) !== ${notes.length}) location.reload(); };
</script>`;
}
