/** Audit events as sentences: who did what. Pure; an event of a newer server is shown by its own names. */
import type { AuditEventView } from "@culvert/protocol/signaling";

/** Kinds of events that can be asked for; `actions` as the API takes them. */
export const activityKinds: readonly { readonly label: string; readonly actions: string }[] = [
  { label: "Everything", actions: "" },
  { label: "Signing in and out", actions: "sign-in,sign-out" },
  { label: "Opened", actions: "open" },
  { label: "Refused", actions: "deny" },
  { label: "Taken back", actions: "revoke,remove" },
  { label: "Servers", actions: "enrol,rename,remove,approve" },
  { label: "Members and sharing", actions: "invite,join,share" },
  { label: "Settings", actions: "settings" },
];

const methods: Readonly<Record<string, string>> = {
  password: "with a password",
  passkey: "with a passkey",
  "identity-provider": "by the identity provider",
  link: "with a one-time link",
};

/** What was done: `signed in with a passkey`. */
export function activityWords({ action, details, subject, who }: AuditEventView): string {
  const named = (name: string): string => details[name] ?? "";
  switch (action) {
    case "sign-in":
      return `signed in ${methods[named("method")] ?? ""}`.trim();
    case "sign-out":
      return "signed out";
    case "open":
      return `opened ${named("serviceName") || "a service"}`;
    case "enrol":
      return named("label") === who ? "was enrolled" : `enrolled ${named("label") || "a server"}`;
    case "rename":
      return renamedWords(details);
    case "remove":
      return `removed ${named("member") || named("label") || "a server"}`;
    case "invite":
      return `invited ${named("note") || "somebody"} as ${named("role")}`;
    case "join":
      return `joined as ${named("role")}`;
    case "revoke":
      return `took back ${revokedWords(named("what"))}${details.because === undefined ? "" : `: ${details.because}`}`;
    case "share":
      return `shared ${named("serviceName") || "an app"}`;
    case "deny":
      return deniedWords(details, subject);
    case "settings":
      return settingsWords(details);
    default:
      return [action, ...Object.values(details)].join(" · ");
  }
}

function renamedWords({ label = "", group }: AuditEventView["details"]): string {
  if (group === undefined) return `named a server ${label}`;
  return group === "" ? `took ${label} out of its group` : `put ${label} into the group ${group}`;
}

function revokedWords(what: string): string {
  if (what === "sign-in") return "a sign-in";
  return what === "" ? "a remote session" : withArticle(what);
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

function deniedWords(details: AuditEventView["details"], subject: string): string {
  const { what, method, because, role, code } = details;
  if (what === "sign-in") {
    const how = methods[method ?? ""] ?? "";
    return `was refused a sign-in ${how}${because === "too many tries" ? ": too many tries" : ""}`.trim();
  }
  if (role !== undefined) return `was refused as ${role}: ${subject}`;
  if (method === "link") return `was refused a one-time link: ${code ?? ""}`;
  return `was refused ${what === undefined ? "something" : withArticle(what)}: ${code ?? because ?? ""}`;
}

function settingsWords(details: AuditEventView["details"]): string {
  const { what, member, to, name, email } = details;
  if (what !== undefined) return name ? `${what}: ${name}` : what;
  if (member !== undefined) return `made ${member} ${to === undefined ? "" : `an ${to}`}`;
  return `set their name and email: ${[name, email].filter(Boolean).join(", ")}`;
}
