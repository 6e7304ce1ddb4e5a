/** Somebody at the dashboard of an installation with a cookie of their own: members of every role in one test. */
import { type CreatedInvitation, createdInvitationSchema, type Role } from "@culvert/protocol/signaling";
import type { Answer, Asking, Installation } from "./installation.ts";

export class Person {
  readonly installation: Installation;
  /** Cookies by name. */
  readonly cookies = new Map<string, string>();

  constructor(installation: Installation) {
    this.installation = installation;
  }

  /** A request of the dashboard's script; cookies that come back are kept. */
  async ask(asking: Asking): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await this.installation.ask({
      ...asking,
      headers: {
        origin: this.installation.server.dashboardOrigin,
        "sec-fetch-site": "same-origin",
        "sec-fetch-mode": "cors",
        "sec-fetch-dest": "empty",
        ...(cookie === "" ? {} : { cookie }),
        ...asking.headers,
      },
    });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/Domain=/.test(line)) continue;
      if (value === "" || /Max-Age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  get(path: string): Promise<Answer> {
    return this.ask({ path });
  }

  post(path: string, body: unknown = {}): Promise<Answer> {
    return this.ask({ method: "POST", path, body });
  }

  /** Signs the first owner in by a link. */
  static async owner(installation: Installation): Promise<Person> {
    const person = new Person(installation);
    const { code } = await installation.server.createSignInLink();
    const answer = await person.post("/api/auth/sign-in/code", { code });
    if (answer.status !== 200) throw new Error(`Signing in failed: ${answer.text}`);
    return person;
  }

  /** Invites somebody. */
  async invite(role: Role): Promise<CreatedInvitation> {
    const answer = await this.post("/api/invitations", { role, note: `a ${role}` });
    return createdInvitationSchema.parse(answer.json);
  }

  /** Somebody new who joins by an invitation of this person. */
  async joinedBy(role: Role, email = `${role}@example.org`): Promise<Person> {
    const person = new Person(this.installation);
    const code = codeOf(await this.invite(role));
    const answer = await person.post("/api/auth/sign-in/invitation", { code, name: role, email });
    if (answer.status !== 200) throw new Error(`Joining failed: ${answer.status} ${answer.text}`);
    return person;
  }

  /** Whose account this is. */
  async account(): Promise<{ accountId: string; memberId: string; role: Role; needsSetUp: boolean; email: string }> {
    return (await this.get("/api/account")).json as Awaited<ReturnType<Person["account"]>>;
  }
}

/** The code in an invitation's link. */
export function codeOf({ url }: CreatedInvitation): string {
  return new URL(url).hash.replace("#code=", "");
}
