/** A device's eight words, the same as the machine shows them. */
import { deviceWords } from "@culvert/protocol/fingerprint";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

/** `deviceKey`: base64url. Takes its place before it is known, so that nothing jumps. */
export function DeviceWords({ deviceKey }: { deviceKey: string }): ReactElement {
  const { data = "" } = useQuery({
    queryKey: ["device-words", deviceKey],
    queryFn: async () => (await deviceWords(bytesOf(deviceKey), sha256)).join(" "),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <span className="device-words">{data || "\u00a0"}</span>;
}

async function sha256(data: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(data)));
}

function bytesOf(base64url: string): Uint8Array {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
