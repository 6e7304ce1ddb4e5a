/**
 * Peer connections of one WebRTC library that are closed at every moment of their negotiation, as a program: it tells "cut"
 * and then ends only if nothing of them holds it.
 */
import { setTimeout } from "node:timers/promises";
import { createWebRtcLibrary, type PeerConnection } from "@culvert/peer-agent/webrtc";

const [name = "", stunUrl] = process.argv.slice(2);
const iceServers = stunUrl === undefined ? [] : [{ urls: [stunUrl] }];
/** ICE, and DTLS after it, are done by then on one machine. */
const momentsMs = Array.from({ length: 20 }, (_, index) => index * 12);

const libraries = await Promise.all(momentsMs.map(cutAfter));
await Promise.all(libraries.map((library) => library.dispose()));
process.stdout.write("cut\n");

/** Begins a negotiation and ends one side of it after so long; gives the library, the other side still in it. */
async function cutAfter(waitMs: number) {
  const library = await createWebRtcLibrary(name as "werift");
  const sides: PeerConnection[] = [];
  const side = (other: number) =>
    library.connect({ kind: "direct", iceServers, onCandidate: (line) => sides[other]?.addCandidate(line) });
  const [offerer, answerer] = [side(1), side(0)];
  sides.push(offerer, answerer);
  await offerer.acceptAnswer(await answerer.answer(await offerer.offer()));
  await setTimeout(waitMs);
  await (waitMs % 24 === 0 ? offerer : answerer).close();
  return library;
}
