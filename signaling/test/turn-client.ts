/** As much of a TURN client as shows what a server grants: allocations and permissions, RFC 8656, over UDP. */
import { createHash, createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const magicCookie = 0x2112_a442;
const attributes = {
  username: 0x06,
  integrity: 0x08,
  error: 0x09,
  peer: 0x12,
  realm: 0x14,
  nonce: 0x15,
  transport: 0x19,
};
const methods = { allocate: 0x0003, createPermission: 0x0008 };
const success = 0x0100;

/** What a server answered: 200 for success, else its error code (RFC 8656 §19). */
export type TurnStatus = number;

/** One allocation's client. Invariant: a request is sent again until it is answered; the socket is gone after `close`. */
export class TurnClient {
  readonly #socket: Socket = createSocket("udp4");
  readonly #port: number;
  readonly #username: string;
  readonly #credential: string;
  #realm: Buffer = Buffer.alloc(0);
  #nonce: Buffer = Buffer.alloc(0);

  constructor(port: number, { username, credential }: { readonly username: string; readonly credential: string }) {
    this.#port = port;
    this.#username = username;
    this.#credential = credential;
  }

  /** Asks for a relayed UDP address, with credentials once the server has named its realm. */
  async allocate(): Promise<TurnStatus> {
    const udp = attribute(attributes.transport, Buffer.from([17, 0, 0, 0]));
    const first = await this.#ask(methods.allocate, [udp], false);
    return first === 401 ? this.#ask(methods.allocate, [udp], true) : first;
  }

  /** Asks to exchange data with a peer. */
  permit(peerAddress: string): Promise<TurnStatus> {
    const masked = peerAddress
      .split(".")
      .map((octet, index) => Number(octet) ^ ((magicCookie >>> (24 - 8 * index)) & 255));
    return this.#ask(
      methods.createPermission,
      [attribute(attributes.peer, Buffer.from([0, 1, 0, 0, ...masked]))],
      true,
    );
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: number, parts: readonly Buffer[], isSigned: boolean): Promise<TurnStatus> {
    const request = message(method, parts);
    const sent = isSigned ? this.#signed(method, parts, request.subarray(8, 20)) : request;
    const answer = await this.#answerTo(sent);
    if ((answer.readUInt16BE(0) & 0x0110) === success) return 200;
    const found = attributesOf(answer);
    this.#realm = found.get(attributes.realm) ?? this.#realm;
    this.#nonce = found.get(attributes.nonce) ?? this.#nonce;
    const error = found.get(attributes.error);
    const status = error === undefined ? 500 : (error[2] ?? 0) * 100 + (error[3] ?? 0);
    // 438: the nonce is old, the answer has a new one.
    return status === 438 ? this.#ask(method, parts, true) : status;
  }

  /** MESSAGE-INTEGRITY is HMAC-SHA1 over the message with a length that includes it (RFC 8489 §14.5). */
  #signed(method: number, parts: readonly Buffer[], transaction: Buffer): Buffer {
    const proven = [
      attribute(attributes.username, Buffer.from(this.#username)),
      attribute(attributes.realm, this.#realm),
      attribute(attributes.nonce, this.#nonce),
    ];
    const key = createHash("md5").update(`${this.#username}:${this.#realm}:${this.#credential}`).digest();
    const unsigned = message(method, [...parts, ...proven], transaction);
    unsigned.writeUInt16BE(unsigned.length - 20 + 24, 2);
    const hmac = createHmac("sha1", key).update(unsigned).digest();
    return Buffer.concat([unsigned, attribute(attributes.integrity, hmac)]);
  }

  async #answerTo(request: Buffer): Promise<Buffer> {
    const resending = setInterval(() => this.#socket.send(request, this.#port, "127.0.0.1"), 250);
    this.#socket.send(request, this.#port, "127.0.0.1");
    try {
      for (;;) {
        const [answer] = (await once(this.#socket, "message", { signal: AbortSignal.timeout(30_000) })) as [Buffer];
        if (answer.subarray(8, 20).equals(request.subarray(8, 20))) return answer;
      }
    } finally {
      clearInterval(resending);
    }
  }
}

function message(method: number, parts: readonly Buffer[], transaction: Buffer = randomBytes(12)): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt16BE(method, 0);
  head.writeUInt16BE(body.length, 2);
  head.writeUInt32BE(magicCookie, 4);
  return Buffer.concat([head, transaction, body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function attributesOf(answer: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let offset = 20; offset + 4 <= answer.length; ) {
    const length = answer.readUInt16BE(offset + 2);
    found.set(answer.readUInt16BE(offset), answer.subarray(offset + 4, offset + 4 + length));
    offset += 4 + length + ((4 - (length % 4)) % 4);
  }
  return found;
}
