/** Shows who is signed in, and which cookies this script can see. */
import { byId, show } from "./dom.js";

const isSignedIn = byId("account").dataset.state === "in";
byId("login").hidden = isSignedIn;
byId("logout").hidden = !isSignedIn;
byId("dot").className = `dot ${isSignedIn ? "on" : ""}`;
show("cookies", document.cookie === "" ? "none" : document.cookie);

const { name } = await (await fetch("/api/me")).json();
show("me", name ?? "nobody");
